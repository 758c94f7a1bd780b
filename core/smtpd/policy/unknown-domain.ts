/** Refusing names that DNS does not know: reject_unknown_{helo_hostname,sender_domain,recipient_domain}. */
import { domainToASCII } from 'node:url';
import {
  dnsWords,
  failureRank,
  type Dns,
  type DnsAnswer,
  type DnsFailure,
  type DnsQuestion,
  type MxRecord,
} from '../../util/dns.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { domainOf } from '../hostnames.ts';
import type { Deferral } from './facts.ts';
import type { Call } from './restriction.ts';
import {
  deferIfPermit,
  dnsOf,
  NAME,
  noteAnswer,
  reject,
  rejectLookupFailure,
  resolve,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';

type Answer = DnsAnswer<string | MxRecord>;

/** One question of several about a name. */
interface Question {
  readonly type: DnsQuestion;
  readonly ask: (name: string) => Promise<Answer>;
}

interface Said {
  readonly type: DnsQuestion;
  readonly answer: Answer;
}

/** A failure that the other questions cannot mend (DNS_REQ_FLAG_STOP_*). */
const isLast = (type: DnsQuestion, { why }: DnsFailure): boolean =>
  why === 'malformed' || (why === 'policy' && type === 'MX');

/** What is said of a name that was not found. */
const complaint = (answer: Answer, notFound: string): string =>
  answer.kind === 'failed' && answer.why === 'malformed' ? 'Malformed DNS server reply' : notFound;

/** The first good answer, otherwise the gravest failure (dns_lookup_l). */
async function firstFound(name: string, questions: readonly Question[]): Promise<Said> {
  let worst: { readonly type: DnsQuestion; readonly answer: DnsFailure } = {
    type: 'A',
    answer: { kind: 'absent', why: 'nxdomain' },
  };
  for (const { type, ask } of questions) {
    const answer = await ask(name);
    if (answer.kind === 'found' || isLast(type, answer)) return { type, answer };
    if (failureRank(answer) >= failureRank(worst.answer)) worst = { type, answer };
  }
  return worst;
}

function questionsOf(dns: Dns) {
  return {
    a: { type: 'A', ask: (name) => dns.a(name) },
    aaaa: { type: 'AAAA', ask: (name) => dns.aaaa(name) },
    mx: { type: 'MX', ask: (name) => dns.mx(name) },
  } as const satisfies Readonly<Record<string, Question>>;
}

/** A soft error: refused at once, or only if nothing else refuses (reject_tempfail_action and its relatives). */
export function softFail(run: Run, parameter: string, deferral: Deferral, name: string): Status {
  return run.context.config.get(parameter).toLowerCase() === 'defer'
    ? reject(run, { ...deferral, source: restrictionSource(run, name) })
    : deferIfPermit(run, deferral);
}

/** What smtpd_dns_reply_filter drops is not held against a name; the log says so. */
function isFiltered(run: Run, name: string, what: string, answer: Answer): boolean {
  if (answer.kind !== 'failed' || answer.why !== 'policy') return false;
  warn(run, `${name}: ${what} lookup error: ${dnsWords(answer)}`);
  return true;
}

/** A HELO name needs an address or a mail server; a null MX counts as one. */
export async function rejectUnknownHelo(run: Run, call: Call, helo: string): Promise<Status> {
  const { a, aaaa, mx } = questionsOf(dnsOf(run));
  const { type, answer } = await firstFound(helo, [a, aaaa, mx]);
  if (answer.kind === 'found' || isFiltered(run, helo, 'address or MX', answer)) return 'dunno';
  noteAnswer(run, helo, type, answer);
  const text = `<${helo}>: ${NAME.helo} rejected: ${complaint(answer, 'Host not found')}`;
  if (answer.kind === 'servfail') {
    const deferral: Deferral = { errorClass: 'policy', code: 450, dsn: '4.7.1', text };
    return softFail(run, 'unknown_helo_hostname_tempfail_action', deferral, call.name);
  }
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('unknown_hostname_reject_code'),
    dsn: '4.7.1',
    text,
    source: restrictionSource(run, call.name),
  });
}

/** The domain of an address that is not delivered here must have a mail server or an address. */
export async function rejectUnknownAddress(
  run: Run,
  call: Call,
  address: string,
  replyClass: string,
): Promise<Status> {
  const isSender = replyClass === NAME.sender;
  const other = isSender ? run.facts.recipient : run.facts.sender;
  const resolution = await resolve(run, address, other ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, address);
  const resolved = resolution.kind === 'resolved' ? resolution.recipient : address;
  const domain = domainOf(resolved);
  const isFinal =
    resolution.kind === 'resolved' && resolution.class !== 'default' && resolution.class !== 'relay';
  if (domain === undefined || isFinal || (domain.startsWith('[') && domain.endsWith(']'))) return 'dunno';
  return rejectUnknownMailhost(run, call, { address, domain, replyClass, isSender });
}

const isNullMx = (answer: Answer): boolean =>
  answer.kind === 'found' &&
  answer.records.every((record) => typeof record !== 'string' && record.exchange === '');

async function rejectUnknownMailhost(
  run: Run,
  call: Call,
  asked: {
    readonly address: string;
    readonly domain: string;
    readonly replyClass: string;
    readonly isSender: boolean;
  },
): Promise<Status> {
  const { address, replyClass, isSender } = asked;
  const domain = isAscii(asked.domain) ? asked.domain : domainToASCII(asked.domain);
  const source = restrictionSource(run, call.name);
  const { a, aaaa, mx } = questionsOf(dnsOf(run));
  const { type, answer } = await firstFound(domain, [mx, a, aaaa]);
  if (isNullMx(answer)) {
    noteAnswer(run, domain, type, answer);
    return reject(run, {
      errorClass: 'policy',
      code: isSender ? 550 : 556,
      dsn: isSender ? '4.7.27' : '4.1.10',
      text: `<${address}>: ${replyClass} rejected: Domain ${domain} does not accept mail (nullMX)`,
      source,
    });
  }
  if (answer.kind === 'found' || isFiltered(run, domain, 'MX or address', answer)) return 'dunno';
  noteAnswer(run, domain, type, answer);
  const deferral: Deferral = {
    errorClass: 'policy',
    code: 450,
    dsn: isSender ? '4.1.8' : '4.1.2',
    text: `<${address}>: ${replyClass} rejected: ${complaint(answer, 'Domain not found')}`,
  };
  if (answer.kind === 'servfail')
    return softFail(run, 'unknown_address_tempfail_action', deferral, call.name);
  return reject(run, {
    ...deferral,
    code: run.context.config.integer('unknown_address_reject_code'),
    source,
  });
}
