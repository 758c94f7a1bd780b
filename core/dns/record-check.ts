/** Whether a record may be in the table, and the form in which it is kept. */
import { isIPv4, isIPv6 } from 'node:net';
import { formatIp, parseIp } from '../tables/ip.ts';
import {
  bareName,
  DEFAULT_TTL,
  dnsName,
  isForcedType,
  type DnsDataType,
  type DnsRecord,
  type DnsRecordType,
} from '../util/dns-record.ts';
import { reverseName } from './reverse-name.ts';

/** A record as it was typed in. */
export interface RecordDraft {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly preference?: number | undefined;
  readonly value?: string | undefined;
  readonly ttl?: number | undefined;
}

export type Checked =
  | { readonly kind: 'record'; readonly record: DnsRecord }
  /** What is wrong, in words for people. */
  | { readonly kind: 'wrong'; readonly message: string };

const MOST_NAME = 253;
/** RFC 2181 section 8. */
const MOST_TTL = 2 ** 31 - 1;
const MOST_TEXT = 65_535;

const LABEL = /^[^\s.\p{Cc}"();]{1,63}$/u;

/** DNS itself allows more than host names: underscores and odd hyphens are for Postfix to complain about. */
const isName = (name: string): boolean =>
  name !== '' && name.length <= MOST_NAME && name.split('.').every((label) => LABEL.test(label));

const notName = (name: string): string =>
  `"${name}" is not a domain name: labels of 1 to 63 characters between dots, ${MOST_NAME} at most`;

/** The value in the form of the table, or what is wrong with it. */
const READERS: Readonly<Record<DnsDataType, (value: string) => { value: string } | { wrong: string }>> = {
  A: (value) =>
    isIPv4(value) ? { value } : { wrong: `A needs an IPv4 address such as 127.0.0.1, not "${value}"` },
  AAAA(value) {
    const bytes = isIPv6(value) ? parseIp(value) : undefined;
    return bytes === undefined
      ? { wrong: `AAAA needs an IPv6 address such as ::1, not "${value}"` }
      : { value: formatIp(bytes) };
  },
  CNAME: readHost('CNAME'),
  NS: readHost('NS'),
  PTR: readHost('PTR'),
  MX: (value) => (value === '.' ? { value } : readHost('MX')(value)),
  TXT: (value) =>
    value === '' || Buffer.byteLength(value) > MOST_TEXT
      ? { wrong: `TXT needs a text of 1 to ${MOST_TEXT} bytes` }
      : { value },
};

function readHost(type: string) {
  return (value: string) => {
    const name = bareName(value);
    if (isName(name)) return { value: name };
    return { wrong: value === '' ? `${type} needs a host name` : notName(value) };
  };
}

/** PTR records are filed under the reverse name of their address. */
function ownerOf({ name, type }: RecordDraft): string {
  return dnsName(type === 'PTR' ? reverseName(name) : name);
}

function numbersWrong({ type, preference, ttl }: RecordDraft): string | undefined {
  const isIn = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;
  if (ttl !== undefined && !isIn(ttl, MOST_TTL)) return `a TTL is a number of seconds, not ${ttl}`;
  if (type !== 'MX') return preference === undefined ? undefined : `${type} has no preference`;
  if (preference === undefined) return 'MX needs a preference and a host: MX 10 mail.example.com.';
  return isIn(preference, 65_535) ? undefined : `an MX preference is 0 to 65535, not ${preference}`;
}

const isOwner = (name: string): boolean =>
  name === '*' || isName(name.startsWith('*.') ? name.slice(2) : name);

/** The value in the form of the table. */
function readValue(type: DnsRecordType, value: string): { value: string } | { wrong: string } {
  if (!isForcedType(type)) return READERS[type](value);
  return value === '' ? { value } : { wrong: `${type} takes no value: it is how the name answers` };
}

/** Checks one record by itself; whether it may stand beside others is for `conflictOf`. */
export function checkRecord(draft: RecordDraft): Checked {
  const wrong = (message: string): Checked => ({ kind: 'wrong', message });
  const { type, preference, ttl = DEFAULT_TTL } = draft;
  const name = ownerOf(draft);
  if (!isOwner(name)) return wrong(notName(draft.name));
  const numbers = numbersWrong(draft);
  if (numbers !== undefined) return wrong(numbers);
  const read = readValue(type, draft.value ?? '');
  if ('wrong' in read) return wrong(read.wrong);
  const rank = preference === undefined ? {} : { preference };
  return { kind: 'record', record: { name, type, ...rank, value: read.value, ttl } };
}

/** A CNAME is alone at its name (RFC 1034 section 3.6.2); forced answers may stand beside anything. */
export function conflictOf(record: DnsRecord, others: readonly DnsRecord[]): string | undefined {
  const { name, type, value } = record;
  if (isForcedType(type)) return undefined;
  const beside = others.filter((other) => other.name === name && !isForcedType(other.type));
  const isSame = (other: DnsRecord) => other.type === type && dnsName(other.value) === dnsName(value);
  const clashing = beside.find((other) => (type === 'CNAME' || other.type === 'CNAME') && !isSame(other));
  if (clashing === undefined) return undefined;
  return `${name} has a record ${clashing.type} ${clashing.value}: a CNAME stands alone (RFC 1034 section 3.6.2)`;
}
