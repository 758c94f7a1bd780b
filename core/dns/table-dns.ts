/**
 * The sandbox's DNS: every look-up of the engine is answered from a table that the user fills (`sandpost dns`), and from
 * nowhere else. No answer is kept here, so a change of the table acts at once.
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
import { existsSync } from 'node:fs';
import path from 'node:path';
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

const MOST_STRING_BYTES = 255;

const LOOPBACK_TTL = 86_400;
const LOOPBACK: readonly DnsRecord[] = (
  [
    ['localhost', 'A', '127.0.0.1'],
    ['localhost', 'AAAA', '::1'],
    [reverseName('127.0.0.1'), 'PTR', 'localhost'],
    [reverseName('::1'), 'PTR', 'localhost'],
  ] as const
).map(([name, type, value]) => ({ name, type, value, ttl: LOOPBACK_TTL }));

const HOSTS: ReadonlyMap<string, readonly DnsRecord[]> = new Map(
  LOOPBACK.map(({ name }) => [name, LOOPBACK.filter((record) => record.name === name)]),
);

const FORCED: Readonly<Record<DnsForcedType, DnsFailure>> = {
  NXDOMAIN: { kind: 'absent', why: 'nxdomain' },
  NODATA: { kind: 'absent', why: 'nodata' },
  SERVFAIL: { kind: 'servfail', why: 'servfail' },
  FORMERR: { kind: 'failed', why: 'unrecoverable' },
  TIMEOUT: { kind: 'servfail', why: 'timeout' },
};

/** What /etc/hosts adds, where the table does not say something else about it. */
function withHosts(table: DnsTable): DnsTable {
  return {
    ...table,
    find(name) {
      const own = table.find(name);
      const hosts = HOSTS.get(name);
      if (hosts === undefined) return own;
      return own.length === 0
        ? hosts
        : [...own, ...hosts.filter(({ type }) => !own.some((o) => o.type === type))];
    },
  };
}

/** What the table has for a name: its own records, else those of the nearest wildcard. */
function rowsOf(table: DnsTable, name: string): readonly DnsRecord[] {
  const rows = table.find(name);
  if (rows.length > 0) return rows;
  for (let rest = name; rest !== '';) {
    const dot = rest.indexOf('.');
    rest = dot < 0 ? '' : rest.slice(dot + 1);
    const found = table.find(rest === '' ? '*' : `*.${rest}`);
    if (found.length > 0) return found;
  }
  return [];
}

const isForced = (row: DnsRecord): row is DnsRecord & { readonly type: DnsForcedType } =>
  isForcedType(row.type);

/** One question to a name server that has the table, CNAME records followed. */
function askServer(table: DnsTable, question: string, type: DnsDataType): DnsAnswer<DnsRecord> {
  let name = dnsName(question);
  for (let aliases = 0; aliases <= MOST_ALIASES; aliases++) {
    const rows = rowsOf(table, name);
    if (rows.length === 0) {
      return table.isEmpty() ? FORCED.TIMEOUT : FORCED.NXDOMAIN;
    }
    const forced = rows.find(isForced);
    if (forced !== undefined) return FORCED[forced.type];
    const records = rows.filter((row) => row.type === type);
    if (records.length > 0) {
      return { kind: 'found', records, name, ttl: Math.min(...records.map(({ ttl }) => ttl)) };
    }
    const alias = rows.find((row) => row.type === 'CNAME');
    if (alias === undefined) return FORCED.NODATA;
    name = dnsName(alias.value);
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

/** The first character-string of a text, which is all that Postfix reads of it (RFC 1035 section 3.3). */
const firstString = (text: string): string =>
  Buffer.from(text.split('\n', 1)[0] ?? '')
    .subarray(0, MOST_STRING_BYTES)
    .toString();

/** One question, as a program on this machine has it answered. */
export const askTable = (table: DnsTable, question: string, type: DnsDataType): DnsAnswer<DnsRecord> =>
  askServer(withHosts(table), question, type);

export interface TableDnsOptions {
  /** Hears of every question that a name server is asked: not of what the machine itself knows. */
  readonly onQuestion?: (name: string, type: DnsDataType, answer: DnsAnswer<DnsRecord>) => void;
}

/** The DNS of a sandbox. */
export function createTableDns(table: DnsTable, options: TableDnsOptions = {}): Dns {
  const dns = dnsOver(withHosts(table), options);
  return {
    ...dns,
    served: () => (table.isEmpty() ? dnsOver(table, options) : dns),
    jailed(root) {
      const hasServer = existsSync(path.join(root, 'etc/resolv.conf'));
      const hasHosts = existsSync(path.join(root, 'etc/hosts'));
      const seen = hasServer ? table : NO_RECORDS;
      return dnsOver(hasHosts ? withHosts(seen) : seen, hasServer ? options : {});
    },
  };
}

function dnsOver(table: DnsTable, { onQuestion }: TableDnsOptions): Dns {
  function ask<T>(
    name: string,
    type: DnsDataType,
    read: (found: DnsFound<DnsRecord>) => readonly T[],
  ): Promise<DnsAnswer<T>> {
    const answer = askServer(table, name, type);
    if (answer.kind !== 'found') {
      onQuestion?.(name, type, answer);
      return Promise.resolve(answer);
    }
    if (!answer.records.some((record) => LOOPBACK.includes(record))) onQuestion?.(name, type, answer);
    return Promise.resolve({ ...answer, records: read(answer) });
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
    txt: (name) => ask(name, 'TXT', ({ records }) => records.map(({ value }) => firstString(value))),
    ptr: (address) => values('PTR')(reverseName(address)),
  };
}

const NO_RECORDS: DnsTable = { find: () => [], isEmpty: () => true };

/** A machine without a name server, which knows itself. */
export const createLocalhostDns = (): Dns => createTableDns(NO_RECORDS);
