/** Network addresses and CIDR patterns (cidr_match). */
import { isIPv4, isIPv6 } from 'node:net';

/** 4 or 16 bytes. */
export type IpBytes = Uint8Array;

const DOT = 0x2e;
const ZERO = 0x30;

function parseIPv4(text: string): IpBytes {
  const bytes = new Uint8Array(4);
  let place = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) place++;
    else bytes[place] = (bytes[place] ?? 0) * 10 + code - ZERO;
  }
  return bytes;
}

function parseIPv6(text: string): IpBytes {
  const bytes = new Uint8Array(16);
  const [front = '', back] = text.split('::');
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const put = (at: number, group: number) => {
    bytes[at * 2] = group >> 8;
    bytes[at * 2 + 1] = group & 255;
  };
  groups(front).forEach((group, i) => {
    put(i, group);
  });
  const tail = groups(back ?? '');
  tail.forEach((group, i) => {
    put(8 - tail.length + i, group);
  });
  return bytes;
}

/** The address as bytes; undefined where the text is none. No brackets, no zone. */
export function parseIp(text: string): IpBytes | undefined {
  if (isIPv4(text)) return parseIPv4(text);
  if (isIPv6(text) && !text.includes('%')) return parseIPv6(text);
  return undefined;
}

/** The shortest form (RFC 5952). */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

export interface Network {
  readonly bytes: IpBytes;
  readonly bits: number;
}

export type ParsedNetwork =
  { readonly ok: true; readonly network: Network } | { readonly ok: false; readonly reason: string };

const refuse = (reason: string): ParsedNetwork => ({ ok: false, reason });

function masked(bytes: IpBytes, bits: number): IpBytes {
  return bytes.map((byte, i) => {
    const keep = Math.max(0, Math.min(8, bits - i * 8));
    return byte & (256 - 2 ** (8 - keep));
  });
}

/** Takes the brackets off `[address]/bits` and `[address]`. */
function withoutBrackets(pattern: string): string | undefined {
  if (!pattern.startsWith('[')) return pattern;
  const end = pattern.indexOf(']');
  if (end < 0) return undefined;
  const rest = pattern.slice(end + 1);
  return rest === '' || rest.startsWith('/') ? pattern.slice(1, end) + rest : undefined;
}

/** `address` or `network/bits`, IPv6 with or without brackets; the reason is Postfix's text. */
export function parseNetwork(pattern: string): ParsedNetwork {
  const bare = withoutBrackets(pattern);
  if (bare === undefined) {
    return refuse(
      pattern.includes(']')
        ? `garbage after "${pattern.slice(0, pattern.indexOf(']') + 1)}"`
        : `missing ']' character after "${pattern}"`,
    );
  }
  const slash = bare.indexOf('/');
  const address = slash < 0 ? bare : bare.slice(0, slash);
  const bytes = parseIp(address);
  if (slash < 0) {
    return bytes === undefined
      ? refuse(`bad address pattern: "${bare}"`)
      : { ok: true, network: { bytes, bits: bytes.length * 8 } };
  }
  const mask = bare.slice(slash + 1);
  if (!/^\d+$/.test(mask)) return refuse(`bad mask value in "${bare}"`);
  const bits = Number(mask);
  if (bits > (address.includes(':') ? 128 : 32)) return refuse(`bad mask length in "${bare}"`);
  if (bytes === undefined) return refuse(`bad network value in "${bare}"`);
  const network = masked(bytes, bits);
  if (network.some((byte, i) => byte !== bytes[i])) {
    const better = `${formatIp(network)}/${bits}`;
    return refuse(`non-null host address bits in "${bare}", perhaps you should use "${better}" instead`);
  }
  return { ok: true, network: { bytes, bits } };
}

export function networkContains(network: Network, address: IpBytes): boolean {
  if (address.length !== network.bytes.length) return false;
  const whole = network.bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network.bytes[i]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const keep = 256 - 2 ** (8 - rest);
  return ((address[whole] ?? 0) & keep) === network.bytes[whole];
}
