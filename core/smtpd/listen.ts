/** The addresses of an inet service (first column of master.cf), and binding them: loopback only. */
import type { Server } from 'node:net';
import { ownAddresses } from '../address/own-addresses.ts';
import { ConfigError, type Config, type MasterService } from '../config/config.ts';
import { listenerAddress } from '../config/loopback.ts';
import { isLoopback, listenLoopback } from '../util/net-guard.ts';
import { findPortHolder } from './port-holder.ts';

/** A port that cannot be listened on: the message says which, who holds it, and how to change it. */
export class SmtpListenError extends Error {
  override readonly name = 'SmtpListenError';
  /** EADDRINUSE, EACCES, EADDRNOTAVAIL, ... */
  readonly code: string;
  readonly service: string;
  readonly port: number;
  constructor(
    message: string,
    at: { readonly code: string; readonly service: string; readonly port: number },
  ) {
    super(message);
    this.code = at.code;
    this.service = at.service;
    this.port = at.port;
  }
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Names of services(5) that mail uses. */
const WELL_KNOWN: Readonly<Record<string, number>> = {
  smtp: 25,
  mail: 25,
  smtps: 465,
  submissions: 465,
  urd: 465,
  submission: 587,
};

/**
 * Where a service listens: `localhost`, `127.0.0.1:1025`, `[::1]:25`; a bare port or name stands for the addresses of
 * inet_interfaces.
 * @throws ConfigError for an address that is not loopback, or a port that is none
 */
export function listenAddresses(service: MasterService, config: Config): readonly ListenAddress[] {
  const { host, port: portText } = listenerAddress(service);
  const port = portOf(service, portText);
  const hosts = host === undefined ? ownAddresses(config) : expandHost(host);
  return hosts.map((address) => {
    if (!isLoopback(address)) {
      const { file, line } = service.origin;
      throw new ConfigError(
        `${file}, line ${line}: service ${service.name}: ${address} is not a loopback address; ` +
          'a sandbox listens on 127.0.0.1 and ::1 only',
        service.origin,
      );
    }
    return { host: address, port };
  });
}

/**
 * Two entries for one address: master(8) warns and uses the last. Port 0 is any free one, so those stay apart.
 * @param warn told of each address with several entries
 */
export function lastEntries(
  services: readonly MasterService[],
  warn: (text: string) => void,
): readonly MasterService[] {
  const byAddress = new Map<string, MasterService>();
  for (const service of services.filter(({ type }) => type === 'inet')) {
    const { host, port: named } = listenerAddress(service);
    const port = String(WELL_KNOWN[named.toLowerCase()] ?? named);
    const address = host === undefined ? port : `${host}:${port}`;
    const isTwice = port !== '0' && byAddress.has(address);
    if (isTwice)
      warn(`duplicate master.cf entry for service "${service.name}" (${address}) -- using the last entry`);
    byAddress.set(port === '0' ? `${address} ${service.origin.line}` : address, service);
  }
  return [...byAddress.values()];
}

function expandHost(host: string): readonly string[] {
  return host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

function portOf(service: MasterService, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : WELL_KNOWN[text.toLowerCase()];
  if (port !== undefined && port <= 65_535) return port;
  const { file, line } = service.origin;
  throw new ConfigError(
    `${file}, line ${line}: service ${service.name}: unknown port "${text}"`,
    service.origin,
  );
}

/** @returns the port that it is: port 0 means any free one */
export async function bind(server: Server, service: MasterService, at: ListenAddress): Promise<number> {
  try {
    await listenLoopback(server, at);
  } catch (error) {
    throw await explain(error as NodeJS.ErrnoException, service, at);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

async function explain(
  error: NodeJS.ErrnoException,
  service: MasterService,
  { host, port }: ListenAddress,
): Promise<SmtpListenError> {
  const { file, line } = service.origin;
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const change = `change the first column of line ${line} in ${file} (now ${service.name}), or use port 0 for any free one`;
  const at = { code: error.code ?? 'UNKNOWN', service: service.name, port };
  switch (error.code) {
    case 'EADDRINUSE': {
      const holder = await findPortHolder(port);
      const who = holder === undefined ? 'another program' : holder;
      return new SmtpListenError(`port ${port} is taken: ${who} listens on ${where}; ${change}`, at);
    }
    case 'EACCES':
      return new SmtpListenError(
        `no permission to listen on ${where}; ports below 1024 are root's: ${change}`,
        at,
      );
    default:
      return new SmtpListenError(`cannot listen on ${where}: ${error.message}; ${change}`, at);
  }
}
