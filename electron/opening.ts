/** Opens what other programs ask for: at the start, from a second start, and by a Mac's own events. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dialog, type App } from 'electron';
import type { SandpostClient } from '../core/api/client.ts';
import type { MainContext } from './module.ts';
import { openRequestOfUrl, openRequests, type OpenRequest } from './open-request.ts';
import { messageHash } from './places.ts';

/** What a second start hands over: Chromium moves about what is in the command line itself. */
export interface SecondStart {
  readonly args: readonly string[];
  readonly cwd: string;
}

export interface Opening {
  /** From now on requests are served; those that came before are served now. Answers whether there were any. */
  serve(listener: (request: OpenRequest | undefined) => void): boolean;
}

/** Before the app is ready, for a Mac tells what to open while it starts. `undefined`: nothing, only come to the front. */
export function gatherRequests(app: App, first: SecondStart): Opening {
  const early: OpenRequest[] = [...openRequests(first.args, first.cwd)];
  let take = (request: OpenRequest | undefined): void => {
    if (request !== undefined) early.push(request);
  };
  app.on('open-url', (event, url) => {
    event.preventDefault();
    take(openRequestOfUrl(url));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    take({ kind: 'file', path: file });
  });
  app.on('second-instance', (_event, _argv, _cwd, handed) => {
    const { args, cwd } = handed as SecondStart;
    const requests = openRequests(args, cwd);
    if (requests.length === 0) take(undefined);
    for (const request of requests) take(request);
  });
  return {
    serve(listener) {
      take = listener;
      early.forEach(listener);
      return early.length > 0;
    },
  };
}

async function findMessage(client: SandpostClient, name: string): Promise<number | undefined> {
  if (/^[1-9]\d{0,14}$/.test(name)) {
    const found = await client.mail.get({ id: Number(name) }).catch(() => undefined);
    if (found !== undefined) return found.id;
  }
  return (await client.log.message({ queueId: name })).id ?? undefined;
}

/** Puts the file into the person's own mailbox, as it is. */
async function takeIn(client: SandpostClient, file: string): Promise<number> {
  const bytes = await readFile(file);
  const { loginUser } = await client.sandbox.status();
  const { results } = await client.mail.import({
    messages: [{ rawBase64: bytes.toString('base64') }],
    as: { kind: 'mailbox', name: loginUser },
  });
  const [result] = results;
  if (result?.id === undefined) throw new Error(result?.refused ?? 'It was not taken.');
  return result.id;
}

function explain(message: string, detail: string): void {
  void dialog.showMessageBox({ type: 'warning', message, detail, buttons: ['Close'] });
}

export async function openRequested(
  { client, windows }: Pick<MainContext, 'client' | 'windows'>,
  request: OpenRequest | undefined,
): Promise<void> {
  if (request === undefined) windows.open();
  else if (request.kind === 'place') windows.open(request.hash);
  else if (request.kind === 'message') {
    const id = await findMessage(client, request.name);
    windows.open(id === undefined ? '' : messageHash(id));
    if (id === undefined)
      explain(`There is no message ${request.name}`, 'It may have been deleted for good.');
  } else {
    try {
      windows.open(messageHash(await takeIn(client, request.path)));
    } catch (cause) {
      windows.open();
      explain(
        `${path.basename(request.path)} could not be opened`,
        cause instanceof Error ? cause.message : '',
      );
    }
  }
}
