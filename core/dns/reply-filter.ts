/** smtp_dns_reply_filter, lmtp_dns_reply_filter, smtpd_dns_reply_filter: records that are not to be seen. */
import type { Maps } from '../tables/table.ts';
import type { DnsAnswer, DnsFound, DnsQuestion } from '../util/dns.ts';
import type { Log } from '../util/log.ts';

/** The tables, with the parameter's name for warnings. */
export interface ReplyFilterTables {
  readonly name: string;
  readonly maps: Maps;
}

export function createReplyFilter({ name, maps }: ReplyFilterTables, log: Log) {
  /** undefined: the table says something that it cannot. */
  async function isKept(text: string): Promise<boolean | undefined> {
    const result = await maps.lookup(text);
    if (result.kind === 'absent') return true;
    if (result.kind === 'unavailable') {
      log.warning(`${name}: lookup error for ${text}`);
      return undefined;
    }
    if (result.value.trim().toUpperCase() !== 'IGNORE') {
      log.warning(`${name}: unknown DNS filter action: "${result.value}"`);
      return undefined;
    }
    log.info(`ignoring DNS RR: ${text}`);
    return false;
  }

  /**
   * What is left of an answer. Tables see `example.com. 3600 IN MX 10 mail.example.com.`, with the name that has the record.
   * @param shown what follows the type
   */
  return async function filtered<T>(
    found: DnsFound<T>,
    type: DnsQuestion,
    shown: (record: T) => string,
  ): Promise<DnsAnswer<T>> {
    if (maps.isEmpty) return found;
    const records: T[] = [];
    for (const record of found.records) {
      const keeps = await isKept(`${found.name}. ${found.ttl} IN ${type} ${shown(record)}`);
      if (keeps === undefined) return { kind: 'servfail', why: 'filter' };
      if (keeps) records.push(record);
    }
    return records.length > 0 ? { ...found, records } : { kind: 'failed', why: 'policy' };
  };
}
