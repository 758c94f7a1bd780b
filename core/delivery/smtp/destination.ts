/** Next hops: `domain`, `[host]`, `domain:port`, `[address]:port`, and lists of them (host_port(3)). */
import { domainToASCII } from 'node:url';
import { isValidUtf8Hostname } from '../../address/hostname.ts';
import { parseIp } from '../../tables/ip.ts';
import { splitWords } from '../../tables/words.ts';
import type { SmtpSettings } from './settings.ts';

export interface Destination {
  /** As it stands in the next hop: `[127.0.0.1]:2525`. */
  readonly text: string;
  /** Without brackets and port. */
  readonly host: string;
  readonly port: number;
  /** In brackets: no MX look-up. */
  readonly isLiteral: boolean;
}

/** `smtp`, `submission`: known_tcp_ports (`lmtp=24, smtps=submissions=465`). */
function namedPort(known: string, service: string): number | undefined {
  for (const entry of splitWords(known)) {
    const names = entry.split('=');
    const port = Number(names.pop());
    if (names.includes(service)) return port;
  }
  return undefined;
}

/** `[host]`, `[host]:port`, `[host]:`. */
function parseBracketed(text: string): { readonly host: string; readonly service: string } | string {
  const close = text.indexOf(']');
  if (close < 0) return 'missing "]"';
  const tail = text.slice(close + 1);
  if (tail !== '' && !tail.startsWith(':')) return 'garbage after "]"';
  const inside = text.slice(1, close);
  const isIPv6 = /^ipv6:/i.test(inside);
  const host = isIPv6 ? inside.slice(5) : inside;
  if (isIPv6 && parseIp(host)?.length !== 16) return 'malformed IPv6 address';
  return { host, service: tail.slice(1) };
}

function parsePlain(text: string): { readonly host: string; readonly service: string } | string {
  const colon = text.lastIndexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  return host === '' ? 'missing host information' : { host, service: colon < 0 ? '' : text.slice(colon + 1) };
}

/**
 * Reads one destination.
 * @throws Error with what smtp(8) dies of: the queue manager then says `unknown mail transport error`
 */
export function parseDestination(text: string, settings: SmtpSettings): Destination {
  const isLiteral = text.startsWith('[');
  const parsed = isLiteral ? parseBracketed(text) : parsePlain(text);
  const fail = (why: string) => new Error(`${why} in server description: ${text}`);
  if (typeof parsed === 'string') throw fail(parsed);
  const { host } = parsed;
  if (!isValidUtf8Hostname(host, settings.smtputf8Enabled) && parseIp(host) === undefined) {
    throw fail('valid hostname or network address required');
  }
  const service = parsed.service === '' ? settings.port : parsed.service;
  const isDigits = /^\d+$/.test(service);
  if (/^\d/.test(service) && !isDigits) throw fail('garbage after numerical service');
  const port = isDigits ? Number(service) : namedPort(settings.knownPorts, service);
  if (port === undefined) throw new Error(`unknown service: ${service}/tcp`);
  if (port === 0 || port > 65_535) throw new Error(`bad network port: ${service} for destination: ${text}`);
  return { text, host, port, isLiteral };
}

/** The parts of a next hop that lists several. */
export const splitNexthop = (nexthop: string): readonly string[] => splitWords(nexthop);

/** A name as DNS has it (RFC 5890). */
export function asciiName(name: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is a range of codes
  if (/^[\x00-\x7f]*$/.test(name)) return name;
  return domainToASCII(name) || name;
}
