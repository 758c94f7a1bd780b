/** Where the host name of an address is filed. */
import { parseIp } from '../tables/ip.ts';

/**
 * `5.0.0.127.in-addr.arpa` (RFC 1035 section 3.5), or nibbles below `ip6.arpa` (RFC 3596 section 2.5). What is not an
 * address is answered as it is: it may be such a name already.
 */
export function reverseName(address: string): string {
  const bytes = parseIp(address);
  if (bytes === undefined) return address;
  if (bytes.length === 4) return `${[...bytes].reverse().join('.')}.in-addr.arpa`;
  return `${reverseNibbles(bytes)}.ip6.arpa`;
}

/** `1.0.0. ...`: lists of addresses ask for them as well (RFC 5782 section 2.4). */
export function reverseNibbles(bytes: Uint8Array): string {
  return [...bytes]
    .reverse()
    .map((byte) => `${(byte & 15).toString(16)}.${(byte >> 4).toString(16)}`)
    .join('.');
}
