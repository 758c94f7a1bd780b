/** Listening and stopping, the same for TCP and sockets; errors that a person can act on. */
import type { Server } from 'node:http';
import { listenLoopback, NotLoopbackError, type Endpoint } from '../util/net-guard.ts';

/** An address that is in use, or may not be used. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;
  readonly host: string;
  readonly port: number;
  constructor(message: string, at: { code: string; host: string; port: number; cause: unknown }) {
    super(message, { cause: at.cause });
    this.code = at.code;
    this.host = at.host;
    this.port = at.port;
  }
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken by another program; choose another with --http ${host}:PORT (0 for any free one), or --http off`;
  }
  if (error.code === 'EACCES') return `no permission to use port ${port} on ${host}`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}

/** Throws NotLoopbackError for an address of a network, ListenError when it cannot be had. */
export async function listen(server: Server, at: Endpoint): Promise<void> {
  try {
    await listenLoopback(server, at);
  } catch (error) {
    if ('path' in at || error instanceof NotLoopbackError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    const message = explain(error as NodeJS.ErrnoException, at.host, at.port);
    throw new ListenError(message, { ...at, code, cause: error });
  }
}

/** Takes no new connection, lets what is under way finish, and cuts what takes longer than the grace. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
