/**
 * The composition root: opens, starts, reloads and stops one sandbox. The only file that knows all areas.
 *
 * Start: folders and first files, store, world, then listeners; each failure is an error that says what to do, and
 * leaves nothing open. Stop: no new connections, sessions and deliveries under way finish, the store is closed.
 */
import path from 'node:path';
import { createCalls, openApi } from './api/api.ts';
import type { SandpostClient } from './api/client.ts';
import { ListenError } from './api/listen.ts';
import type { Resources } from './api/resources.ts';
import type { SandpostRouter } from './api/router.ts';
import { watchConfig } from './config/watch.ts';
import { createEngine } from './engine/engine.ts';
import { openFolders } from './engine/folders.ts';
import { packageFolder } from './engine/version.ts';
import { createIndexer } from './message/indexer.ts';
import { SmtpListenError, type Listener } from './smtpd/smtpd.ts';

/** How long sessions under way may go on after a stop was asked for. */
const STOP_GRACE_MS = 5_000;

export interface SandboxOptions {
  readonly configDir: string;
  readonly dataDir: string;
  /** `host:port` of the HTTP door, port 0 for any free one; absent: no HTTP. */
  readonly http?: string | undefined;
  /** false: nothing listens and nothing is delivered; for a command that opens the sandbox itself. */
  readonly listen?: boolean;
  /** Ports to use in place of those in master.cf. */
  readonly ports?: Readonly<Record<number, number>>;
  /** The contract's `stop` was called: the host is to stop this sandbox and end. */
  readonly onStopRequested?: () => void;
}

export interface Sandbox {
  readonly client: SandpostClient;
  readonly router: SandpostRouter;
  readonly resources: Resources;
  readonly http: string | null;
  readonly listeners: readonly Listener[];
  stop(): Promise<void>;
}

/** Why a sandbox did not start, for a host that can offer something. */
export interface SandboxFailure {
  readonly kind: 'port-taken' | 'other';
  readonly message: string;
  /** The port that is taken; 0 otherwise. */
  readonly port: number;
}

export function sandboxFailure(error: unknown): SandboxFailure {
  const message = error instanceof Error ? error.message : String(error);
  const isTaken =
    (error instanceof ListenError || error instanceof SmtpListenError) && error.code === 'EADDRINUSE';
  return isTaken ? { kind: 'port-taken', message, port: error.port } : { kind: 'other', message, port: 0 };
}

/** `127.0.0.1:8025`, `localhost:0`, `[::1]:8025`. */
function parseHttp(text: string): { readonly host: string; readonly port: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  if (match === null)
    throw new RangeError(`bad HTTP address "${text}": write HOST:PORT, as in 127.0.0.1:8025`);
  return { host: (match[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port: Number(match[2]) };
}

/** Opens the store and the configuration, and unless `listen` is false starts everything. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { configDir, dataDir, listen = true } = options;
  const folders = await openFolders({ configDir, dataDir, isBrief: !listen });
  const { store, log, clock, mailLog } = folders;
  const closing: (() => Promise<void> | void)[] = [
    () => {
      mailLog.close();
    },
    () => store.close(),
  ];
  // What is opened last is closed first; the log and the store outlive everything that uses them.
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const engine = await createEngine({ ...folders, ...options });
    if (!listen) {
      const calls = createCalls(engine.calls);
      closing.push(() => {
        calls.close();
      });
      return { ...calls, http: null, listeners: [], stop };
    }
    closing.push(() => engine.stopDelivery());
    const listeners = await engine.listen();
    closing.push(() => engine.stopListening(STOP_GRACE_MS));
    const uiDir = path.join(packageFolder(), 'dist', 'renderer');
    const http = options.http === undefined ? undefined : parseHttp(options.http);
    const api = await openApi({
      engine: engine.calls,
      configDir,
      dataDir,
      version: engine.version,
      uiDir,
      http,
    });
    engine.setHttp(api.http);
    closing.push(() => api.close(STOP_GRACE_MS));
    const watch = watchConfig({
      directory: configDir,
      clock,
      onChange: (files) => {
        engine.filesChanged(files);
      },
    });
    closing.push(() => {
      watch.close();
    });
    engine.startDelivery();
    // Last: it takes up what came in meanwhile, and would be in the way of what somebody waits for.
    const indexer = createIndexer({ store, log, clock });
    closing.push(() => indexer.close());
    return { ...api, listeners, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
