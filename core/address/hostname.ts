/** Which host names and address literals are well-formed (valid_hostname, valid_mailhost_addr). */
import { domainToASCII } from 'node:url';
import type { IpBytes } from '../tables/ip.ts';
import { parseIp } from '../tables/ip.ts';

const LABEL = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/;

/** A host name as mail may have it: underscores are fine, an all-numeric name is not. */
export function isValidHostname(name: string): boolean {
  if (name === '' || name.length > 255) return false;
  if (!/[A-Za-z_-]/.test(name)) return false;
  return name.split('.').every((label) => LABEL.test(label));
}

/** The same for a name that may have non-ASCII labels (RFC 6531), when smtputf8_enable allows them. */
export function isValidUtf8Hostname(name: string, allowsUtf8: boolean): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII is a range of codes
  if (!allowsUtf8 || /^[\x00-\x7f]*$/.test(name)) return isValidHostname(name);
  return isValidHostname(domainToASCII(name));
}

/** The address in `192.0.2.1` or `IPv6:2001:db8::1` (RFC 5321 section 4.1.3, without brackets). */
export function parseMailHostAddress(text: string): IpBytes | undefined {
  if (/^ipv6:/i.test(text)) return parseIp(text.slice(5).includes(':') ? text.slice(5) : '');
  return text.includes(':') ? undefined : parseIp(text);
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]`. */
export function isValidMailHostLiteral(domain: string): boolean {
  if (!domain.startsWith('[') || !domain.endsWith(']')) return false;
  return parseMailHostAddress(domain.slice(1, -1)) !== undefined;
}
