/**
 * The door for the command line: `/rpc` and message bytes over HTTP on a Unix socket in the data folder (a named pipe on Windows). File
 * permissions say who may call: the socket is its owner's alone, and everything is allowed to them.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { refusalAnswer, send } from './http-answer.ts';
import { createTrustedRpc } from './http-calls.ts';
import { closeServer, listen } from './listen.ts';
import { SMTP_UPGRADE, USER_ID_HEADER } from './contract/doors.ts';
import type { Engine } from './engine.ts';
import type { Resources } from './resources.ts';
import type { SandpostRouter } from './router.ts';

/** sun_path holds 108 bytes on Linux, 104 elsewhere, the final NUL included. */
const LONGEST_SOCKET_PATH = 103;

export interface SocketDoor {
  readonly path: string;
  close(graceMs: number): Promise<void>;
}

export interface SocketDeps {
  readonly router: SandpostRouter;
  readonly resources: Resources;
  /** What `Upgrade: smtp` opens (sendmail -bs). */
  readonly serveSmtp?: Engine['serveSmtp'];
}

/** Where the socket of a data folder is: always the same for the same folder, so that a stale one gets replaced. */
export function socketPathOf(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  const absolute = path.resolve(dataDir);
  const digest = createHash('sha256').update(absolute).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\sandpost-${digest}`;
  const inside = path.join(absolute, 'sandpost.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  return path.join(os.tmpdir(), `sandpost-${os.userInfo().uid}`, `${digest}.sock`);
}

/** Under the system's folder for temporary files anybody could have made it before us, to be called in our place. */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!folder.startsWith(os.tmpdir())) return;
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.())
    throw new Error(`${folder} belongs to another user: set TMPDIR to a folder of yours`);
  if ((mode & 0o022) !== 0) chmodSync(folder, 0o700);
}

/** The caller holds the lock of the data folder: a socket that is there already belongs to nobody any more. */
export async function openSocketDoor(deps: SocketDeps, dataDir: string): Promise<SocketDoor> {
  const socketPath = socketPathOf(dataDir);
  const rpc = createTrustedRpc(deps.router);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await deps.resources.respond(request.url ?? '/');
    if (found === undefined) await rpc(request, response);
    else send(request, response, found);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        send(request, response, refusalAnswer(500, error instanceof Error ? error.message : String(error)));
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const isSmtp = request.headers.upgrade === SMTP_UPGRADE && socket instanceof Socket;
    if (!isSmtp || deps.serveSmtp === undefined) {
      socket.end('HTTP/1.1 501 Not Implemented\r\nconnection: close\r\n\r\n');
      return;
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${SMTP_UPGRADE}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    deps.serveSmtp(socket, Number(request.headers[USER_ID_HEADER]) || 0);
  });
  const isFile = process.platform !== 'win32';
  if (isFile) {
    makeFolder(path.dirname(socketPath));
    rmSync(socketPath, { force: true });
  }
  // Its folder is closed to others, so the moment before the mode is set matters to nobody. (A umask would do it in one
  // step, but a worker thread may not set one.)
  await listen(server, { path: socketPath });
  if (isFile) chmodSync(socketPath, 0o600);
  return { path: socketPath, close: (graceMs) => closeServer(server, graceMs) };
}
