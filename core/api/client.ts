/** A client of the contract over any door. Errors are ORPCError with the contract's codes, and ConnectError. */
import http from 'node:http';
import { Readable } from 'node:stream';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from './contract/index.ts';
import { RPC_PATH } from './contract/doors.ts';

export type SandpostClient = ContractRouterClient<Contract>;

export type Transport =
  /** The Unix socket or named pipe of a running sandbox. */
  | { readonly socketPath: string }
  /** HTTP; the token of the data folder's api-token file for calls that change something. */
  | { readonly url: string; readonly token?: string };

/** Nobody answers at this address. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: string;
  constructor(address: string, cause: NodeJS.ErrnoException) {
    super(`no answer from ${address}: ${cause.message}`, { cause });
    this.code = cause.code ?? '';
  }
}

const BODILESS = new Set([204, 205, 304]);

function toResponse(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const status = answer.statusCode ?? 500;
  const body = BODILESS.has(status) ? null : (Readable.toWeb(answer) as ReadableStream);
  return new Response(body, { status, headers });
}

/** `fetch` through a socket, which the global one cannot do. */
async function fetchThroughSocket(socketPath: string, request: Request): Promise<Response> {
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  const { pathname, search } = new URL(request.url);
  return new Promise((resolve, reject) => {
    const call = http.request(
      {
        socketPath,
        path: `${pathname}${search}`,
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), host: 'localhost' },
        signal: request.signal,
        // One call, one connection: a command must be able to end when it is done.
        agent: false,
      },
      (answer) => {
        resolve(toResponse(answer));
      },
    );
    call.on('error', (error) => {
      reject(request.signal.aborted ? error : new ConnectError(socketPath, error));
    });
    call.end(body);
  });
}

/** The bytes at a resource URL; undefined when there are none. */
export async function readThroughSocket(socketPath: string, url: string): Promise<Uint8Array | undefined> {
  const response = await fetchThroughSocket(socketPath, new Request(new URL(url, 'http://localhost')));
  const body = new Uint8Array(await response.arrayBuffer());
  return response.ok ? body : undefined;
}

export function createClient(transport: Transport): SandpostClient {
  const link =
    'socketPath' in transport
      ? new RPCLink({
          url: `http://localhost${RPC_PATH}`,
          fetch: (request) => fetchThroughSocket(transport.socketPath, request),
        })
      : new RPCLink({
          url: new URL(RPC_PATH, transport.url),
          headers: transport.token === undefined ? {} : { authorization: `Bearer ${transport.token}` },
        });
  return createORPCClient(link);
}
