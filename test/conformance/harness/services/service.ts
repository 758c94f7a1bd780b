import type net from 'node:net';
import { chmodSync, rmSync } from 'node:fs';
import type { DnsTarget } from '../types.ts';

export interface HelperService {
  start(): Promise<void>;
  stop(): unknown;
  /** What it was asked, for the record. */
  transcript(): unknown;
}

export interface ServiceEnvironment {
  readonly ports: Readonly<Record<string, number>>;
  readonly certs: string;
  readonly dns: DnsTarget;
}

/** Calls `onLine` for each line of a socket, without its line end. */
export function readLines(socket: net.Socket, onLine: (line: string) => void): void {
  let buffer = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: Buffer | string) => {
    buffer += text.toString();
    for (let at = buffer.indexOf('\n'); at >= 0; at = buffer.indexOf('\n')) {
      const line = buffer.slice(0, at).replace(/\r$/, '');
      buffer = buffer.slice(at + 1);
      onLine(line);
    }
  });
  socket.on('error', () => undefined);
}

/** Listens on a loopback port or on a Unix socket that everybody may use. */
export function listen(
  server: net.Server,
  where: { readonly unix?: unknown; readonly port?: number | undefined; readonly host?: unknown },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (typeof where.unix === 'string') {
      const path = where.unix;
      rmSync(path, { force: true });
      server.listen({ path }, () => {
        chmodSync(path, 0o777);
        resolve();
      });
      return;
    }
    const host = typeof where.host === 'string' ? where.host : '127.0.0.1';
    server.listen({ port: where.port, host }, resolve);
  });
}
