/**
 * DNS for a scenario. spec: records { name: { A: [..], AAAA: [hex of the bytes], MX: [[10, "mx"]], TXT: [..], PTR: [..],
 * NS: [..], CNAME: [..], rcode, ttl, drop } }; a name that is not there is NXDOMAIN, or spec.rcode. The product has a
 * DNS table of its own in place of a server: it is filled while the "server" runs, and empty otherwise.
 *
 * The recorded server answers a question with records of the type that was asked for and nothing else: it does not
 * follow CNAME records, unless the spec says `recursive`. `drop`: it does not answer.
 */
import type { ServiceSpec } from '../types.ts';
import type { HelperService, ServiceEnvironment } from './service.ts';

type Node = Readonly<Record<string, unknown>> & { readonly rcode?: number; readonly ttl?: number };

/** What the system's resolver makes of an rcode: those that a second try may mend, and those it does not. */
const RCODES: Readonly<Record<number, string>> = { 0: 'NODATA', 1: 'FORMERR', 3: 'NXDOMAIN' };
const forced = (rcode: number): string => RCODES[rcode] ?? 'SERVFAIL';

function valueOf(type: string, value: unknown): string {
  if (Array.isArray(value) && type === 'MX') {
    const [preference, host] = value as [number, string];
    return `${preference} ${host === '' ? '.' : host}`;
  }
  if (type === 'TXT')
    return [value]
      .flat()
      .map((text) => JSON.stringify(text))
      .join(' ');
  if (type === 'AAAA') return (String(value).match(/.{4}/g) ?? []).join(':');
  return String(value);
}

/** Names that the machine itself knows before it asks anybody (/etc/hosts). */
const OWN_NAMES = ['1.0.0.127.in-addr.arpa'];

const TYPES = ['A', 'AAAA', 'MX', 'NS', 'PTR', 'TXT'];

function linesOf(name: string, node: Node, isRecursive: boolean): string[] {
  if (node.drop === true) return [`${name}. TIMEOUT`];
  if (node.rcode !== undefined && node.rcode !== 0) return [`${name}. ${forced(node.rcode)}`];
  const types = isRecursive ? ['CNAME', ...TYPES] : TYPES;
  const lines = types.flatMap((type) =>
    ((node[type] ?? []) as readonly unknown[]).map(
      (value) => `${name}. ${node.ttl ?? 60} IN ${type} ${valueOf(type, value)}`,
    ),
  );
  return lines.length > 0 ? lines : [`${name}. NODATA`];
}

/** The spec as lines of a zone file, with what the product has for answers without records. */
export function zoneOf(spec: ServiceSpec): string {
  const records = (spec.records ?? {}) as Readonly<Record<string, Node>>;
  const lines = Object.entries(records).flatMap(([name, node]) =>
    OWN_NAMES.includes(name) ? [] : linesOf(name, node, spec.recursive === true),
  );
  const others = typeof spec.rcode === 'number' ? forced(spec.rcode) : 'NXDOMAIN';
  return [...lines, `*. ${others}`, ''].join('\n');
}

/** `good.test A -> 1 record(s)`: what the recorded server would have answered. */
function transcriptLine(spec: ServiceSpec, name: string, type: string): string {
  const records = (spec.records ?? {}) as Readonly<Record<string, Node>>;
  const nodeOf = (wanted: string) =>
    Object.entries(records).find(([other]) => other.toLowerCase() === wanted)?.[1];
  const node = nodeOf(name);
  if (node?.drop === true) return `${name} ${type} -> dropped`;
  const missing = typeof spec.rcode === 'number' ? spec.rcode : 3;
  const rcode = node?.rcode ?? (node === undefined ? missing : 0);
  if (rcode !== 0) return `${name} ${type} -> rcode ${rcode}`;
  return `${name} ${type} -> ${((node?.[type] ?? []) as readonly unknown[]).length} record(s)`;
}

export function createDnsService(spec: ServiceSpec, { dns }: ServiceEnvironment): HelperService {
  return {
    start: () => dns.fill(zoneOf(spec)),
    stop: () => dns.fill(undefined),
    async transcript() {
      // Who follows CNAME records asks other questions than the one that was put.
      if (spec.recursive === true) return undefined;
      const lines = (await dns.questions()).map(({ name, type }) => transcriptLine(spec, name, type));
      return [...new Set(lines)].sort();
    },
  };
}
