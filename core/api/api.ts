/**
 * The calls (contract/), their handlers, and the doors to them: message port, WebSocket, HTTP, local socket,
 * in-process. `openApi` opens all that a sandbox needs; a door holds no logic of its own, so whatever works through
 * one works through all.
 *
 * Fails: ListenError when the HTTP port is taken, NotLoopbackError for an HTTP address of a network. A call fails
 * with the contract's errors: BAD_REQUEST says which field is wrong, NOT_FOUND what there is not, UNAUTHORIZED that a
 * token is needed, INTERNAL_SERVER_ERROR with the reason.
 *
 * Who may call: `http-guard.ts` (HTTP, WebSocket), the file's permissions (socket), whoever holds it (port).
 * Standards: HTTP/1.1 (RFC 9110), WebSocket (RFC 6455), OpenAPI 3.1, Fetch metadata, CSP 3.
 * Limits: bodies 64 MB, 500 connections, 100 WebSockets.
 */
import type { Engine } from './engine.ts';
import { createEventHub } from './events.ts';
import { openHttpDoor } from './http.ts';
import { createInProcessClient } from './in-process.ts';
import type { SandpostClient } from './client.ts';
import { createResources, type Resources } from './resources.ts';
import { createRouter, type SandpostRouter } from './router.ts';
import { markStopped, processBegan, writeRunning, type Running } from './running.ts';
import { openSocketDoor } from './socket.ts';
import { createTokens } from './tokens.ts';
import { createUiFiles } from './ui-files.ts';

export interface ApiOptions {
  readonly engine: Engine;
  readonly configDir: string;
  readonly dataDir: string;
  readonly version: string;
  /** The built UI; it need not exist. */
  readonly uiDir: string;
  /** Absent: no HTTP. Port 0: any free one. */
  readonly http?: { readonly host: string; readonly port: number } | undefined;
}

/** Calls without any listener: what a command needs that opens the sandbox itself. */
export interface Calls {
  readonly router: SandpostRouter;
  readonly client: SandpostClient;
  readonly resources: Resources;
  /** Ends live events. */
  close(): void;
}

export interface Api extends Omit<Calls, 'close'> {
  /** Null: no HTTP. */
  readonly http: string | null;
  readonly socketPath: string;
  /** Takes no new call, lets those under way finish. */
  close(graceMs: number): Promise<void>;
}

export function createCalls(engine: Engine): Calls {
  const events = createEventHub(engine);
  const router = createRouter(engine, events);
  return {
    router,
    client: createInProcessClient(router),
    resources: createResources({
      mail: engine.mail,
      onLink: (view, url) => {
        events.tell({ kind: 'link', view, url });
      },
    }),
    close: () => {
      events.close();
    },
  };
}

export async function openApi(options: ApiOptions): Promise<Api> {
  const { engine, configDir, dataDir, version, uiDir } = options;
  const calls = createCalls(engine);
  const { router, resources } = calls;
  const tokens = createTokens(dataDir);
  const files = createUiFiles({ uiDir, token: tokens.page });
  const web =
    options.http === undefined
      ? undefined
      : await openHttpDoor({ router, resources, files, tokens, version }, options.http);
  const socket = await openSocketDoor({ router, resources, serveSmtp: engine.serveSmtp }, dataDir);
  const running: Running = {
    pid: process.pid,
    began: processBegan(process.pid),
    socket: socket.path,
    dataDir,
    http: web?.url ?? null,
  };
  writeRunning(configDir, running);
  return {
    ...calls,
    http: web?.url ?? null,
    socketPath: socket.path,
    async close(graceMs) {
      markStopped(configDir, running);
      calls.close();
      await Promise.all([web?.close(graceMs), socket.close(graceMs)]);
    },
  };
}
