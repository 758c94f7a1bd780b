/** Sandpost listens and connects on this machine only; an address of another one is refused where it is written. */
import { isLoopback } from '../util/net-guard.ts';
import type { MasterService } from './config.ts';
import { ConfigError } from './config.ts';
import { familyOf } from './networks.ts';
import type { Settings } from './settings.ts';

export interface ListenerAddress {
  /** undefined: the addresses of `inet_interfaces`. */
  readonly host: string | undefined;
  readonly port: string;
}

/** `host:port`, `[address]:port` or `port`: the first column of an inet service (master(5)). */
export function listenerAddress(service: Pick<MasterService, 'name'>): ListenerAddress {
  const match = /^(?:\[([^\]]*)\]|([^[\]]*)):([^:]*)$/.exec(service.name);
  if (match === null) return { host: undefined, port: service.name };
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' || host === '*' ? undefined : host, port: match[3] ?? '' };
}

/** What is wrong with the address of a listener; undefined when it is loopback. */
export function listenerProblem(service: MasterService, settings: Settings): string | undefined {
  if (service.type !== 'inet') return undefined;
  const { host } = listenerAddress(service);
  if (host === undefined || isLoopback(host)) return undefined;
  const addresses = familyOf(host) === undefined ? settings.surroundings.resolve(host) : [host];
  if (addresses === undefined) return `service ${service.name}: host not found: ${host}`;
  if (addresses.every((address) => isLoopback(address))) return undefined;
  return `service ${service.name}: ${host} is not a loopback address, and a sandbox listens on no other: use 127.0.0.1`;
}

/** Throws ConfigError for the first service that would listen on another machine's side. */
export function refuseOutsideListeners(settings: Settings): void {
  for (const service of settings.services) {
    const problem = listenerProblem(service, settings);
    if (problem !== undefined) throw new ConfigError(problem, service.origin);
  }
}
