/** A server on loopback that remembers who asked for what: a page of the world outside, for mail to point at. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hit {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  readonly hits: readonly Hit[];
  close(): void;
}

/** One red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** Answers everything with a picture and a cookie. */
export async function openLoopbackServer(): Promise<LoopbackServer> {
  const hits: Hit[] = [];
  const server = createServer((request, response) => {
    hits.push({ path: request.url ?? '', headers: request.headers });
    response.setHeader('content-type', 'image/png');
    response.setHeader('set-cookie', 'seen=yes; Max-Age=9999');
    response.end(PIXEL);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
