/**
 * The sandbox's DNS: every look-up of the engine is answered from a table that the user fills (`sandpost dns`), and from
 * nowhere else. Nothing is kept between look-ups, so a change of the table acts at once.
 *
 * A name answers with its records; with a forced answer (NXDOMAIN, NODATA, SERVFAIL, FORMERR, TIMEOUT) where it has
 * one; else as the longest `*.parent` or `*` of the table says; else there is no such name. An empty table is a
 * machine without a name server: nothing answers. `localhost`, 127.0.0.1 and ::1 are there in any case, as /etc/hosts
 * has them, unless the table says something else about them.
 *
 * RFC 1034 (CNAME), RFC 1035, RFC 3596 (AAAA, ip6.arpa), RFC 7505 (null MX). Unlike a zone the table knows no empty
 * non-terminals: a name that nothing was said about does not exist. A time-out is answered at once: what comes of it is
 * the same, and nobody waits.
 */
import type { Dns, DnsAnswer, DnsFailure, DnsFound, MxRecord } from '../util/dns.ts';
import {
  dnsName,
  isForcedType,
  type DnsDataType,
  type DnsForcedType,
  type DnsRecord,
} from '../util/dns-record.ts';
import { reverseName } from './reverse-name.ts';

/** Where the records are. Asked for each look-up. */
export interface DnsTable {
  /** Records of exactly this name, in the order in which they were added. */
  find(name: string): readonly DnsRecord[];
  isEmpty(): boolean;
}

/** CNAME records followed for one answer: what current name servers do at most. */
const MOST_ALIASES = 16;

const LOOPBACK_TTL = 86_400;
const LOOPBACK: readonly DnsRecord[] = (
  [
    ['localhost', 'A', '127.0.0.1'],
    ['localhost', 'AAAA', '::1'],
    [reverseName('127.0.0.1'), 'PTR', 'localhost'],
    [reverseName('::1'), 'PTR', 'localhost'],
  ] as const
).map(([name, type, value]) => ({ name, type, value, ttl: LOOPBACK_TTL }));

const FORCED: Readonly<Record<DnsForcedType, DnsFailure>> = {
  NXDOMAIN: { kind: 'absent', why: 'nxdomain' },
  NODATA: { kind: 'absent', why: 'nodata' },
  SERVFAIL: { kind: 'servfail', why: 'servfail' },
  FORMERR: { kind: 'failed', why: 'unrecoverable' },
  TIMEOUT: { kind: 'servfail', why: 'timeout' },
};

/** What the table has for a name: its own records, else those of the nearest wildcard. */
function rowsOf(table: DnsTable, name: string): readonly DnsRecord[] {
  const own = table.find(name);
  const builtIn = LOOPBACK.filter(
    (record) => record.name === name && !own.some(({ type }) => type === record.type),
  );
  const rows = [...own, ...builtIn];
  if (rows.length > 0) return rows;
  for (let rest = name; rest !== '';) {
    const dot = rest.indexOf('.');
    rest = dot < 0 ? '' : rest.slice(dot + 1);
    const found = table.find(rest === '' ? '*' : `*.${rest}`);
    if (found.length > 0) return found;
  }
  return [];
}

/** One question to the table, CNAME records followed. */
export function askTable(table: DnsTable, question: string, type: DnsDataType): DnsAnswer<DnsRecord> {
  let name = dnsName(question);
  for (let aliases = 0; aliases <= MOST_ALIASES; aliases++) {
    const rows = rowsOf(table, name);
    if (rows.length === 0) {
      return table.isEmpty() ? FORCED.TIMEOUT : FORCED.NXDOMAIN;
    }
    const forced = rows.map((row) => row.type).find(isForcedType);
    if (forced !== undefined) return FORCED[forced];
    const records = rows.filter((row) => row.type === type);
    if (records.length > 0) {
      return { kind: 'found', records, name, ttl: Math.min(...records.map(({ ttl }) => ttl)) };
    }
    const alias = rows.find((row) => row.type === 'CNAME');
    if (alias === undefined) return FORCED.NODATA;
    name = alias.value;
  }
  return { kind: 'absent', why: 'loop' };
}

/** With a null MX among them there is nothing but it: no mail is accepted, whatever else is said (as dns_lookup(3)). */
function exchangers(records: readonly DnsRecord[]): readonly MxRecord[] {
  const all = records.map(({ preference = 0, value }) => ({
    preference,
    exchange: value === '.' ? '' : value,
  }));
  const none = all.find(({ exchange }) => exchange === '');
  return none === undefined ? all : [none];
}

/** The DNS of a sandbox. */
export function createTableDns(table: DnsTable): Dns {
  function ask<T>(
    name: string,
    type: DnsDataType,
    read: (found: DnsFound<DnsRecord>) => readonly T[],
  ): Promise<DnsAnswer<T>> {
    const answer = askTable(table, name, type);
    return Promise.resolve(answer.kind === 'found' ? { ...answer, records: read(answer) } : answer);
  }
  const values =
    (type: DnsDataType) =>
    (name: string): Promise<DnsAnswer<string>> =>
      ask(name, type, ({ records }) => records.map(({ value }) => value));
  return {
    a: values('A'),
    aaaa: values('AAAA'),
    mx: (name) => ask(name, 'MX', ({ records }) => exchangers(records)),
    ns: values('NS'),
    txt: values('TXT'),
    ptr: (address) => values('PTR')(reverseName(address)),
  };
}

/** A machine without a name server, which knows itself. */
export const createLocalhostDns = (): Dns => createTableDns({ find: () => [], isEmpty: () => true });
