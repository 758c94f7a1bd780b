/** What the engine asked the DNS lately, for people who wonder. Kept in memory only. */
import type { DnsAnswer } from '../util/dns.ts';
import { dnsName, type DnsDataType, type DnsRecord } from '../util/dns-record.ts';

export interface DnsQuestionAsked {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly name: string;
  readonly type: DnsDataType;
  readonly answer: DnsAnswer<DnsRecord>;
}

export interface QuestionLog {
  note(name: string, type: DnsDataType, answer: DnsAnswer<DnsRecord>): void;
  /** Oldest first. */
  list(): readonly DnsQuestionAsked[];
}

const KEPT = 1000;

export function createQuestionLog(now: () => number): QuestionLog {
  const kept: DnsQuestionAsked[] = [];
  let next = 0;
  return {
    note(name, type, answer) {
      kept[next % KEPT] = { at: now(), name: dnsName(name), type, answer };
      next += 1;
    },
    list: () => (next <= KEPT ? [...kept] : [...kept.slice(next % KEPT), ...kept.slice(0, next % KEPT)]),
  };
}
