/** Records of the sandbox's own DNS table, and the names they are filed under. */
import { domainToASCII } from 'node:url';

/** Records that hold something. A null MX (RFC 7505) is an MX with the value `.`. */
export const DATA_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'TXT'] as const;
/**
 * How a name answers whatever it is asked for, its records notwithstanding. FORMERR is an answer that no second try
 * mends; TIMEOUT is silence.
 */
export const FORCED_TYPES = ['NXDOMAIN', 'NODATA', 'SERVFAIL', 'FORMERR', 'TIMEOUT'] as const;

export type DnsDataType = (typeof DATA_TYPES)[number];
export type DnsForcedType = (typeof FORCED_TYPES)[number];
export type DnsRecordType = DnsDataType | DnsForcedType;

export interface DnsRecord {
  /** Lower case, without the final dot; `*.example.com` and `*` stand for names that are not in the table. */
  readonly name: string;
  readonly type: DnsRecordType;
  /** MX only. */
  readonly preference?: number;
  /**
   * Address, host name in the case it was given, without the final dot (`.` in a null MX), or text, a line for each
   * character-string; '' for a forced answer.
   */
  readonly value: string;
  /** Seconds. */
  readonly ttl: number;
}

export const DEFAULT_TTL = 3600;

export const isForcedType = (type: DnsRecordType): type is DnsForcedType =>
  (FORCED_TYPES as readonly string[]).includes(type);

/** A name without its final dot, in ASCII. One that IDNA has no ASCII form of stays as it is. */
export function bareName(name: string): string {
  const bare = name.replace(/\.$/, '');
  // eslint-disable-next-line no-control-regex -- ASCII is a range of codes
  return /^[\x00-\x7f]*$/.test(bare) ? bare : domainToASCII(bare) || bare;
}

/** The form in which names are filed. */
export const dnsName = (name: string): string => bareName(name).toLowerCase();
