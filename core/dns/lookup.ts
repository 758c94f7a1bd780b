/**
 * dns_lookup(3): the DNS as one program of Postfix sees it. Records whose data is no host name are dropped with a
 * warning, and *_dns_reply_filter may drop more. Look-ups of host names alone (getnameinfo(3)) do not go through this.
 */
import { isValidHostname } from '../address/hostname.ts';
import { parseIp } from '../tables/ip.ts';
import type { Dns, DnsAnswer, DnsQuestion, MxRecord } from '../util/dns.ts';
import type { Log } from '../util/log.ts';
import { createReplyFilter, type ReplyFilterTables } from './reply-filter.ts';

export interface DnsLookupDependencies {
  readonly dns: Dns;
  readonly log: Log;
  readonly filter: ReplyFilterTables;
}

/** Where a record's data is a host name: the host; undefined where it is not. */
type HostOf<T> = (record: T) => string | undefined;

const NO_HOST: HostOf<string> = () => undefined;

export function createDnsLookup({ dns, log, filter }: DnsLookupDependencies): Dns {
  /** Says in the log what is wrong with a host name; false: the record is dropped. */
  function isUsable(host: string | undefined, name: string, type: DnsQuestion): boolean {
    if (host === undefined || host === '') return true;
    const about = `domain name in resource data of ${type} record for ${name}: ${host}`;
    if (parseIp(host) !== undefined) {
      log.warning(`numeric ${about}`);
      return true;
    }
    if (isValidHostname(host)) return true;
    log.warning(`malformed ${about}`);
    return false;
  }

  const filtered = createReplyFilter(filter, log);

  function ask<T>(
    type: DnsQuestion,
    how: { query: (name: string) => Promise<DnsAnswer<T>>; host: HostOf<T>; shown: (record: T) => string },
  ) {
    return async (name: string): Promise<DnsAnswer<T>> => {
      const answer = await how.query(name);
      if (answer.kind !== 'found') {
        if (answer.why === 'loop') log.warning(`dns_lookup: Name server loop for ${name}`);
        return answer;
      }
      const records = answer.records.filter((record) => isUsable(how.host(record), name, type));
      if (records.length === 0) return { kind: 'failed', why: 'malformed' };
      return filtered({ ...answer, records }, type, how.shown);
    };
  }

  const hosts = (type: DnsQuestion, query: (name: string) => Promise<DnsAnswer<string>>) =>
    ask<string>(type, { query, host: (host) => host, shown: (host) => `${host}.` });
  const addresses = (type: DnsQuestion, query: (name: string) => Promise<DnsAnswer<string>>) =>
    ask<string>(type, { query, host: NO_HOST, shown: (address) => address });
  return {
    a: addresses('A', (name) => dns.a(name)),
    aaaa: addresses('AAAA', (name) => dns.aaaa(name)),
    ns: hosts('NS', (name) => dns.ns(name)),
    ptr: hosts('PTR', (address) => dns.ptr(address)),
    mx: ask<MxRecord>('MX', {
      query: (name) => dns.mx(name),
      host: ({ exchange }) => exchange,
      shown: ({ preference, exchange }) => `${preference} ${exchange}.`,
    }),
    txt: ask<string>('TXT', { query: (name) => dns.txt(name), host: NO_HOST, shown: (text) => text }),
  };
}
