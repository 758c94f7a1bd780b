/**
 * The sandbox's own addresses (`inet_interfaces`) and the networks it trusts (`mynetworks_style`), own_inet_addr(3) and
 * mynetworks(3). The only interface a sandbox has is the loopback one: 127.0.0.1/8 and ::1/128.
 */
import { isIP } from 'node:net';

export interface InterfaceAddress {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

const LOOPBACK: readonly InterfaceAddress[] = [
  { address: '127.0.0.1', family: 'ipv4' },
  { address: '::1', family: 'ipv6' },
];

/** The fatal text, as a value: the caller knows where the parameter was set. */
export interface NetworkProblem {
  readonly problem: string;
}

/** Finds the addresses of a host name; undefined when it has none. */
export type ResolveHost = (name: string) => readonly string[] | undefined;

/** /etc/hosts of a machine that knows only itself. */
export const resolveLocalhost: ResolveHost = (name) =>
  /^(localhost|localhost\.localdomain|ip6-localhost)\.?$/i.test(name) ? ['127.0.0.1', '::1'] : undefined;

export type ProtocolFamily = InterfaceAddress['family'];

/** `inet_protocols`: all, ipv4, ipv6. */
export function parseProtocols(value: string): readonly ProtocolFamily[] | NetworkProblem {
  const families = new Set<ProtocolFamily>();
  for (const word of words(value)) {
    const lower = word.toLowerCase();
    if (lower === 'all') families.add('ipv4').add('ipv6');
    else if (lower === 'ipv4' || lower === 'ipv6') families.add(lower);
    else return { problem: `unknown inet_protocols value "${word}" in "${value}"` };
  }
  return [...families];
}

export interface NetworkSettings {
  readonly interfaces: string;
  readonly protocols: readonly ProtocolFamily[];
  readonly resolve: ResolveHost;
}

/** `inet_interfaces`: all, loopback-only, or names and addresses, each of which must be an interface of ours. */
export function ownAddresses(settings: NetworkSettings): readonly InterfaceAddress[] | NetworkProblem {
  if (settings.protocols.length === 0) return [];
  const local = LOOPBACK.filter((a) => settings.protocols.includes(a.family));
  if (settings.interfaces === 'all' || settings.interfaces === 'loopback-only') return local;
  const own = new Map<string, InterfaceAddress>();
  for (const host of words(settings.interfaces)) {
    const addresses = hostAddresses(host, settings);
    if (addresses.length === 0)
      return { problem: `config variable inet_interfaces: host not found: ${host}` };
    for (const address of addresses) own.set(address.address, address);
  }
  for (const { address } of own.values())
    if (!local.some((l) => l.address === address))
      return { problem: `parameter inet_interfaces: no local interface found for ${address}` };
  return [...own.values()];
}

function hostAddresses(host: string, settings: NetworkSettings): readonly InterfaceAddress[] {
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  const texts = familyOf(literal) === undefined ? settings.resolve(host) : [literal.toLowerCase()];
  const found: InterfaceAddress[] = [];
  for (const address of texts ?? []) {
    const family = familyOf(address);
    if (family !== undefined && settings.protocols.includes(family)) found.push({ address, family });
  }
  return found;
}

/** The family of an address literal, undefined for a name. */
export function familyOf(text: string): ProtocolFamily | undefined {
  const version = isIP(text);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

const STYLES = ['class', 'subnet', 'host'] as const;
export type NetworkStyle = (typeof STYLES)[number];

/** `mynetworks_style`: just one of class, subnet, host. */
export function parseNetworkStyle(text: string): NetworkStyle | NetworkProblem {
  const chosen = new Set<NetworkStyle>();
  for (const word of words(text)) {
    const style = STYLES.find((s) => s === word);
    if (style === undefined) return { problem: `unknown mynetworks mask style value "${word}" in "${text}"` };
    chosen.add(style);
  }
  const [only, ...others] = chosen;
  if (only !== undefined && others.length === 0) return only;
  return { problem: `bad mynetworks_style value: ${text}; specify exactly one value` };
}

/** The default of `mynetworks`: the own addresses, widened as the style says. */
export function networksOf(style: NetworkStyle, addresses: readonly InterfaceAddress[]): string {
  // 127.0.0.1 is in a class A network, and its interface has an 8 bit mask: class and subnet are the same here.
  const networks = addresses.map(({ address, family }) => {
    if (family === 'ipv6') return `[${address}]/128`;
    return style === 'host' ? `${address}/32` : '127.0.0.0/8';
  });
  return [...new Set(networks)].join(' ');
}

function words(text: string): string[] {
  return text.split(/[, \t\r\n]+/).filter((w) => w !== '');
}
