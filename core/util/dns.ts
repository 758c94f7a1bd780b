/**
 * DNS as a dependency. The sandbox never asks the network: its own table answers (core/dns). What an answer can be, and
 * the words that Postfix has for each kind of failure (dns_lookup(3), dns_strerror(3)).
 */

/** Why there was no answer to work with. `absent` is definite, `servfail` is "try again", `failed` is neither. */
export type DnsFailure =
  | {
      readonly kind: 'absent';
      /**
       * `nxdomain`: there is no such name; `nodata`: the name exists without such a record; `loop`: CNAME records lead
       * round in a circle.
       */
      readonly why: 'nxdomain' | 'nodata' | 'loop';
    }
  | {
      readonly kind: 'servfail';
      /** `filter`: a table of *_dns_reply_filter says what it must not. */
      readonly why: 'servfail' | 'timeout' | 'filter';
    }
  | {
      readonly kind: 'failed';
      /**
       * `unrecoverable`: the server did not understand; `malformed`: an answer that cannot be; `policy`: dropped by
       * *_dns_reply_filter.
       */
      readonly why: 'unrecoverable' | 'malformed' | 'policy';
    };

export interface DnsFound<T> {
  readonly kind: 'found';
  readonly records: readonly T[];
  /** Who has the records: the name that was asked for, or the one that CNAME records led to. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
}

/** What a look-up came to. */
export type DnsAnswer<T> = DnsFound<T> | DnsFailure;

/** An MX record. An empty `exchange` is a null MX (RFC 7505); it is then the only record. */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}

/** Names are given and answered without the final dot; comparison ignores case. */
export interface Dns {
  /** IPv4 addresses. */
  a(name: string): Promise<DnsAnswer<string>>;
  /** IPv6 addresses, compressed form. */
  aaaa(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  ns(name: string): Promise<DnsAnswer<string>>;
  txt(name: string): Promise<DnsAnswer<string>>;
  /** Host names of an address. */
  ptr(address: string): Promise<DnsAnswer<string>>;
  /**
   * The same as a program sees it whose root is this folder (chroot in master.cf): without etc/resolv.conf there no
   * name server answers, without etc/hosts localhost is a name like others.
   */
  jailed?(root: string): Dns;
  /**
   * Only what a name server says, as dns_lookup(3) asks it: where none is there, not even localhost is known. Name servers
   * know it (RFC 6761 section 6.3).
   */
  served?(): Dns;
}

/** What `Dns` can be asked for. */
export type DnsQuestion = 'A' | 'AAAA' | 'MX' | 'NS' | 'TXT' | 'PTR';

const FILTER_WORDS = {
  policy: 'DNS reply filter drops all results',
  filter: 'Invalid DNS reply filter syntax',
} as const;

/**
 * Of several failures about one name the one with the highest rank counts, of equal ones the last: a soft one says more
 * about what to do than a hard one, and what is wrong with an answer more than that there is none.
 */
export const failureRank = ({ kind }: DnsFailure): number => ['absent', 'failed', 'servfail'].indexOf(kind);

/** A failure in the words of dns_strerror(3). */
export function dnsWords({ why }: DnsFailure): string {
  switch (why) {
    case 'nxdomain':
      return 'Host not found';
    case 'nodata':
      return 'Host found but no data record of requested type';
    case 'loop':
      return 'Name server loop';
    case 'servfail':
    case 'timeout':
      return 'Host not found, try again';
    case 'unrecoverable':
      return 'Non-recoverable error';
    case 'malformed':
      return 'Malformed or unexpected name server reply';
    case 'filter':
    case 'policy':
      return FILTER_WORDS[why];
  }
}

/** A failure as a delivery status tells it (dns_lookup(3)). */
export function dnsFailureText(name: string, type: DnsQuestion, failure: DnsFailure): string {
  const about = `name=${name} type=${type}: ${dnsWords(failure)}`;
  switch (failure.why) {
    case 'loop':
      return `Name server loop for ${name}`;
    case 'filter':
    case 'policy':
      return `Error looking up ${about}`;
    case 'malformed':
      return `Name service error for ${about}`;
    default:
      return `Host or domain name not found. Name service error for ${about}`;
  }
}

/** A failure in the words of gai_strerror(3): what a program says that asks for a host rather than for records. */
export function hostLookupWords(failures: readonly DnsFailure[]): string {
  if (failures.some(({ kind }) => kind === 'servfail')) return 'Temporary failure in name resolution';
  return failures.some(({ why }) => why === 'nodata')
    ? 'No address associated with hostname'
    : 'Name or service not known';
}

/** An answer in a few words, for people: `10 mx.example.com, 20 backup.example.com`, `no such name`. */
export function tellDnsAnswer(answer: DnsAnswer<string | MxRecord>): string {
  if (answer.kind !== 'found') return TOLD[answer.why];
  const tell = (record: string | MxRecord) =>
    typeof record === 'string' ? record : `${record.preference} ${record.exchange || '.'}`;
  return answer.records.map(tell).join(', ');
}

const TOLD: Readonly<Record<DnsFailure['why'], string>> = {
  nxdomain: 'no such name (NXDOMAIN)',
  nodata: 'no record of this type',
  loop: 'CNAME records lead round in a circle',
  servfail: 'the name server fails (SERVFAIL)',
  timeout: 'no name server answers',
  unrecoverable: 'the name server cannot answer this',
  malformed: 'an answer that cannot be',
  filter: 'the reply filter has a wrong action',
  policy: 'the reply filter drops it',
};
