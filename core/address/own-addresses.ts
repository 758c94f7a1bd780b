/** Which network addresses are this machine's: inet_interfaces and proxy_interfaces (own_inet_addr). */
import type { Config } from '../config/config.ts';
import type { IpBytes } from '../tables/ip.ts';
import { parseIp } from '../tables/ip.ts';
import { splitWords } from '../tables/words.ts';

const LOOPBACK4 = '127.0.0.1';
const LOOPBACK6 = '::1';

/** The protocols of inet_protocols: `all`, `ipv4`, `ipv6` or a list of them. */
function enabledProtocols(config: Config): { readonly ipv4: boolean; readonly ipv6: boolean } {
  const words = splitWords(config.get('inet_protocols').toLowerCase());
  const all = words.includes('all');
  return { ipv4: all || words.includes('ipv4'), ipv6: all || words.includes('ipv6') };
}

/** A word of inet_interfaces as addresses. A sandbox has no network: every host name is this machine. */
function addressesOf(word: string): readonly string[] {
  const literal = word.startsWith('[') && word.endsWith(']') ? word.slice(1, -1) : word;
  return parseIp(literal) === undefined ? [LOOPBACK4, LOOPBACK6] : [literal];
}

/** The addresses of inet_interfaces, those of a protocol that is off left out. */
export function ownAddresses(config: Config): readonly string[] {
  const { ipv4, ipv6 } = enabledProtocols(config);
  const addresses = new Set(splitWords(config.get('inet_interfaces')).flatMap(addressesOf));
  return [...addresses].filter((address) => (address.includes(':') ? ipv6 : ipv4));
}

const isSame = (a: IpBytes, b: IpBytes): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A test for addresses of inet_interfaces or proxy_interfaces. */
export function createOwnAddressTest(config: Config): (address: IpBytes) => boolean {
  const proxies = splitWords(config.get('proxy_interfaces'));
  const own = [...ownAddresses(config), ...proxies].map(parseIp).filter((bytes) => bytes !== undefined);
  return (address) => own.some((bytes) => isSame(bytes, address));
}
