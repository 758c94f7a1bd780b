/**
 * The HTTP door: the UI, the calls (`/rpc` for our own client, `/api` with an OpenAPI document for scripts), bytes,
 * and the WebSocket. Loopback only; who may ask is decided in `http-guard.ts`. No CORS header is ever sent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallHandlers } from './http-calls.ts';
import { isCrossSite, refuseStranger, type Tokens } from './http-guard.ts';
import { OPENAPI_PATH, RPC_PATH, WEBSOCKET_PATH } from './contract/doors.ts';
import { closeServer, listen } from './listen.ts';
import { createOpenApiDocument, renderApiPage } from './openapi.ts';
import type { Resources } from './resources.ts';
import { plainAnswer, refusalAnswer, send, type HttpAnswer } from './http-answer.ts';
import type { SandpostRouter } from './router.ts';
import type { UiFiles } from './ui-files.ts';
import { createWebSocketDoor } from './websocket.ts';

const MAX_CONNECTIONS = 500;

export interface HttpDeps {
  readonly router: SandpostRouter;
  readonly resources: Resources;
  readonly files: UiFiles;
  readonly tokens: Tokens;
  readonly version: string;
}

export interface HttpDoor {
  /** `http://127.0.0.1:8025` */
  readonly url: string;
  readonly port: number;
  close(graceMs: number): Promise<void>;
}

/** What is read rather than called: the document, its page, bytes, the UI. */
function createPages(deps: HttpDeps) {
  const document = createOpenApiDocument(deps.version);
  return async (request: IncomingMessage, url: URL): Promise<HttpAnswer | undefined> => {
    if (url.pathname === `${OPENAPI_PATH}/openapi.json`) {
      return plainAnswer(200, 'application/json', JSON.stringify(await document));
    }
    if (url.pathname === OPENAPI_PATH || url.pathname === `${OPENAPI_PATH}/`) {
      return plainAnswer(200, 'text/html', renderApiPage(await document));
    }
    if (!url.pathname.startsWith('/resource/')) return deps.files.respond(url.pathname);
    const target = `${url.pathname}${url.search}`;
    if (isCrossSite(request.headers) && !deps.resources.isFromFrame(target)) {
      return refusalAnswer(403, 'Requests from other sites are refused.');
    }
    return deps.resources.respond(target);
  };
}

/** Answers a request whose Host and Origin are in order. */
function createRequestHandler(deps: HttpDeps) {
  const calls = createCallHandlers(deps);
  const pages = createPages(deps);
  const isApiCall = (path: string) =>
    path.startsWith(`${OPENAPI_PATH}/`) &&
    path !== `${OPENAPI_PATH}/openapi.json` &&
    path !== `${OPENAPI_PATH}/`;

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://sandpost');
    if (url.pathname.startsWith(`${RPC_PATH}/`)) return calls.rpc(request, response);
    if (isApiCall(url.pathname)) return calls.api(request, response);
    if (url.pathname === WEBSOCKET_PATH) {
      send(request, response, plainAnswer(426, 'text/plain', 'This is a WebSocket.\n'));
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(request, response, plainAnswer(405, 'text/plain', 'Only GET and HEAD here.\n'));
      return;
    }
    const found = await pages(request, url);
    send(request, response, found ?? plainAnswer(404, 'text/plain', 'There is nothing here.\n'));
  };
}

/** Throws ListenError when the port is taken, NotLoopbackError for an address of a network. */
export async function openHttpDoor(
  deps: HttpDeps,
  at: { readonly host: string; readonly port: number },
): Promise<HttpDoor> {
  const handle = createRequestHandler(deps);
  const sockets = createWebSocketDoor(deps);
  let port = at.port;

  const server = createServer((request, response) => {
    const refused = refuseStranger(request.headers, port);
    if (refused !== undefined) {
      send(request, response, refusalAnswer(refused.status, refused.message));
      return;
    }
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        send(request, response, refusalAnswer(500, error instanceof Error ? error.message : String(error)));
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head, port);
  });
  await listen(server, { host: at.host.replace(/^\[(.*)\]$/, '$1'), port: at.port });
  ({ port } = server.address() as AddressInfo);
  const host = at.host.includes(':') && !at.host.startsWith('[') ? `[${at.host}]` : at.host;

  return {
    url: `http://${host}:${port}`,
    port,
    async close(graceMs) {
      sockets.close();
      await closeServer(server, graceMs);
    },
  };
}
