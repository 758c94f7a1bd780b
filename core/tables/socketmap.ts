/**
 * socketmap:inet:host:port:name and socketmap:unix:path:name, Sendmail's look-up protocol in netstrings
 * (socketmap_table(5)); on this machine only. Relative paths are below the queue directory.
 */
import type { Endpoint } from '../util/net-guard.ts';
import type { Found, TableType } from './context.ts';
import { tablePath } from './context.ts';
import { createExchange } from './exchange.ts';
import type { Config } from '../config/config.ts';

const TIMEOUT_MS = 100_000;
const IDLE_MS = 10_000;
const LONGEST_REPLY = 100_000;

interface Target {
  readonly endpoint: Endpoint;
  /** What the service calls the table. */
  readonly map: string;
  /** The service, for messages. */
  readonly service: string;
}

function parseTarget(name: string, config: Config): Target | undefined {
  const colon = name.lastIndexOf(':');
  const service = name.slice(0, Math.max(0, colon));
  const map = name.slice(colon + 1);
  const unix = /^unix:(.+)$/.exec(service);
  if (unix !== null && map !== '') {
    return { endpoint: { path: tablePath(unix[1] ?? '', config) }, map, service };
  }
  const inet = /^inet:(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(service);
  const port = Number(inet?.[3]);
  if (inet === null || map === '' || port < 1 || port > 65_535) return undefined;
  return { endpoint: { host: inet[1] ?? (inet[2] || 'localhost'), port }, map, service };
}

const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`;

/** Takes a netstring apart; lengths count bytes. */
function takeNetstring(received: string): string | undefined {
  const match = /^(\d{1,9}):/.exec(received);
  if (match === null) {
    if (/^\d{0,9}$/.test(received)) return undefined;
    throw new Error('netstring format error');
  }
  const length = Number(match[1]);
  if (length > LONGEST_REPLY) throw new Error('netstring length out of range');
  const rest = Buffer.from(received.slice(match[0].length));
  if (rest.length <= length) return undefined;
  if (rest[length] !== 44) throw new Error('netstring format error');
  return rest.subarray(0, length).toString('utf8');
}

function readReply({ service }: Target, reply: string, key: string): Found {
  const space = reply.indexOf(' ');
  const status = space < 0 ? reply : reply.slice(0, space);
  const text = space < 0 ? '' : reply.slice(space + 1);
  if (status === 'OK') return { value: text, key };
  if (status === 'NOTFOUND') return undefined;
  const reasons: Readonly<Record<string, string>> = {
    TEMP: 'temporary error',
    TIMEOUT: 'timeout error',
    PERM: 'permanent error',
  };
  const reason = reasons[status] ?? 'malformed response';
  return { failure: `socketmap server ${service} ${reason}: ${text || reply}` };
}

export const socketmap: TableType = (name, { config }) => {
  const target = parseTarget(name, config);
  if (target === undefined) {
    const usage = 'socketmap:{inet:host:port|unix:pathname}:name';
    return { failure: `socketmap:${name}: bad syntax; use "${usage}"` };
  }
  const exchange = createExchange({
    endpoint: target.endpoint,
    timeoutMs: TIMEOUT_MS,
    idleMs: IDLE_MS,
    takeReply: takeNetstring,
  });
  return {
    wantsPartialKeys: false,
    async find(key) {
      const result = await exchange.ask(netstring(`${target.map} ${key}`));
      if (!result.ok) return { failure: `table socketmap:${name} lookup error: ${result.reason}` };
      return readReply(target, result.reply, key);
    },
    close: exchange.close,
  };
};
