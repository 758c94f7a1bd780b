/**
 * The loopback guard. Every connection the engine makes and every socket it listens on goes through here; whatever
 * is not 127.0.0.0/8, ::1 or a Unix socket is refused before the operating system hears of it. There is no switch.
 */
import type { Server, Socket, SocketConstructorOpts } from 'node:net';
import { connect, isIPv4, isIPv6 } from 'node:net';

export type Endpoint =
  /** A numeric address, or `localhost`, which is 127.0.0.1 here: nothing is looked up. */
  | { readonly host: string; readonly port: number }
  /** A Unix socket, or a named pipe on Windows. */
  | { readonly path: string };

/** The guard's refusal: the message names the address. */
export class NotLoopbackError extends Error {
  override readonly name = 'NotLoopbackError';
}

/** The numeric form of an IPv4 address that is written as IPv6. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whether a numeric address (without brackets) can only be this machine. Names are not: they could be anything. */
export function isLoopback(address: string): boolean {
  if (isIPv4(address)) return address.startsWith('127.');
  if (!isIPv6(address) || address.includes('%')) return false;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped.startsWith('127.');
  return new URL(`http://[${address}]`).hostname === '[::1]';
}

/** Whether the guard lets an endpoint pass. */
function isLoopbackEndpoint(endpoint: Endpoint): boolean {
  return 'path' in endpoint ? isLocalPath(endpoint.path) : isLoopback(numericHost(endpoint.host));
}

const numericHost = (host: string): string => (host.toLowerCase() === 'localhost' ? '127.0.0.1' : host);

/** A pipe name like `\\server\pipe\x` would be another machine's. */
const isLocalPath = (path: string): boolean =>
  path !== '' && (!path.startsWith('\\\\') || /^\\\\[.?]\\/.test(path));

function guarded(endpoint: Endpoint): { path: string } | { host: string; port: number } {
  if (!isLoopbackEndpoint(endpoint)) {
    const where = 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
    throw new NotLoopbackError(`refused: ${where} is not a loopback address`);
  }
  return 'path' in endpoint
    ? { path: endpoint.path }
    : { host: numericHost(endpoint.host), port: endpoint.port };
}

/**
 * Begins a connection; listen to `connect` and `error` as with node:net.
 * @throws NotLoopbackError
 */
export function connectLoopback(
  endpoint: Endpoint,
  options: SocketConstructorOpts & { readonly localAddress?: string } = {},
): Socket {
  if (options.localAddress !== undefined && !isLoopback(options.localAddress)) {
    throw new NotLoopbackError(`refused: ${options.localAddress} is not a loopback address`);
  }
  return connect({ ...options, ...guarded(endpoint) });
}

/**
 * Listens; resolves when the socket is bound, rejects with what the operating system says.
 * @throws NotLoopbackError
 */
export function listenLoopback(server: Server, endpoint: Endpoint): Promise<void> {
  const address = guarded(endpoint);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
