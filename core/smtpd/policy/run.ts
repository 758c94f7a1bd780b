/** One evaluation under way: what it has found so far, and the few moves every restriction is made of. */
import type { Resolution } from '../../address/resolution.ts';
import type { JourneyEntry, Source, Verdict } from '../../mail/journey.ts';
import type { MessageOrders } from '../../mail/message.ts';
import { reply as makeReply, type Reply } from '../../mail/reply.ts';
import { quoteLocal } from '../../address/parse.ts';
import { chain, type Maybe } from '../../tables/maybe.ts';
import type { RestrictionList } from '../settings.ts';
import { printable } from '../printable.ts';
import { SILENT } from '../../util/log.ts';
import type { Deferral, Deferrals, ErrorClass, Facts, LogEvent, Ruling, Subject } from './facts.ts';
import type { PolicyContext } from './context.ts';
import { createDnsLookup } from '../../dns/lookup.ts';
import { tellDnsAnswer, type Dns, type DnsAnswer, type DnsQuestion, type MxRecord } from '../../util/dns.ts';

/** `ok` and `reject` end a list, `dunno` goes on to the next restriction. */
export type Status = 'dunno' | 'ok' | 'reject';

export const NAME = {
  client: 'Client host',
  reverseClient: 'Unverified Client host',
  ccert: 'Client certificate',
  sasl: 'SASL login name',
  helo: 'Helo command',
  sender: 'Sender address',
  recipient: 'Recipient address',
  etrn: 'Etrn command',
  data: 'Data command',
  endOfData: 'End-of-data',
} as const;

/** Walks a list; given to a run so that a table's result can name restrictions. */
export type EvaluateList = (run: Run, list: RestrictionList, subject: Subject) => Maybe<Status>;

export interface Run {
  facts: Facts;
  readonly context: PolicyContext;
  readonly evaluate: EvaluateList;
  /** The list being evaluated, for the journey. */
  list: RestrictionList;
  recursion: number;
  warnIfReject: number;
  deferIfPermit: Deferral | undefined;
  deferIfReject: Deferral | undefined;
  hasCheckedSender: boolean;
  hasCheckedRecipient: boolean;
  policyDepth: number;
  reply: Reply | undefined;
  orders: MessageOrders;
  deferrals: Deferrals;
  readonly journey: JourneyEntry[];
  readonly log: LogEvent[];
  readonly errors: ErrorClass[];
  /** Made when a restriction first asks. */
  dns: Dns | undefined;
}

const NO_LIST: RestrictionList = { name: '', words: [] };

export function startRun(context: PolicyContext, facts: Facts, evaluate: EvaluateList): Run {
  return {
    facts,
    context,
    evaluate,
    list: NO_LIST,
    recursion: 0,
    warnIfReject: 0,
    deferIfPermit: undefined,
    deferIfReject: undefined,
    hasCheckedSender: false,
    hasCheckedRecipient: false,
    policyDepth: 0,
    reply: undefined,
    orders: facts.orders,
    deferrals: facts.deferrals,
    journey: [],
    log: [],
    errors: [],
    dns: undefined,
  };
}

export function endRun(run: Run): Ruling {
  return {
    ...(run.reply === undefined ? {} : { reply: run.reply }),
    orders: run.orders,
    deferrals: run.deferrals,
    journey: run.journey,
    log: run.log,
    errors: run.errors,
  };
}

export function warn(run: Run, text: string): void {
  run.log.push({ severity: 'warning', text });
}

export function note(
  run: Run,
  verdict: Verdict,
  what: string,
  more: { readonly source?: Source; readonly detail?: string } = {},
): void {
  const { recipient } = run.facts;
  run.journey.push({
    at: run.facts.at,
    program: 'smtpd',
    verdict,
    what,
    ...more,
    ...(recipient === undefined ? {} : { recipient }),
  });
}

/** The DNS with smtpd_dns_reply_filter, telling its trouble among the other log lines of this decision. */
export function dnsOf(run: Run): Dns {
  const { context, log } = run;
  const name = 'smtpd_dns_reply_filter';
  const say = (severity: LogEvent['severity']) => (text: string) => {
    log.push({ severity, text });
  };
  run.dns ??= createDnsLookup({
    dns: context.services.dns.served?.() ?? context.services.dns,
    log: { ...SILENT, info: say('info'), warning: say('warning') },
    filter: { name, maps: context.parameterMaps(name) },
  });
  return run.dns;
}

/** The DNS answer that a decision rests on. */
export function noteAnswer(
  run: Run,
  name: string,
  type: DnsQuestion,
  answer: DnsAnswer<string | MxRecord>,
): void {
  note(run, 'info', `DNS: ${type} of ${name}: ${tellDnsAnswer(answer)}`);
}

/** The restriction as a Source: its name, its list, the line where the list was set. */
export function restrictionSource(run: Run, name: string): Source {
  const { list } = run;
  return {
    kind: 'restriction',
    name,
    list: list.name,
    ...(list.file === undefined ? {} : { file: list.file }),
    ...(list.line === undefined ? {} : { line: list.line }),
  };
}

/** One line with all that is known about the transaction (log_whatsup). */
export function whatsup(facts: Facts, isInternalForm: boolean, what: string, text: string): string {
  const about = `${facts.queueId ?? 'NOQUEUE'}: ${what}: ${facts.where} from ${facts.clientLabel}: ${text};`;
  return about + whatsupAddresses(facts, isInternalForm);
}

/** ` from=<> to=<> proto= helo=<>`, what is known of it (smtpd_whatsup). */
export function whatsupAddresses(facts: Facts, isInternalForm: boolean): string {
  const form = (address: string) => (isInternalForm || address === '' ? address : quoteLocal(address));
  let line = '';
  if (facts.sender !== undefined) line += ` from=<${form(facts.sender)}>`;
  if (facts.recipient !== undefined) line += ` to=<${form(facts.recipient)}>`;
  line += ` proto=${facts.protocol}`;
  if (facts.helo !== undefined) line += ` helo=<${facts.helo}>`;
  return line;
}

export function logWhatsup(run: Run, what: string, text: string): void {
  const isInternal = run.context.settings.logAddressInternal;
  run.log.push({ severity: 'info', text: whatsup(run.facts, isInternal, what, text) });
}

/** Who is to blame for a refusal, beside the restriction: a table entry, a parameter. */
export interface Refused extends Deferral {
  readonly source?: Source;
}

const CANNOT_WARN: readonly ErrorClass[] = ['software', 'resource', 'data'];

/** Refuses, unless warn_if_reject or an earlier defer_if_reject has the last word (smtpd_check_reject). */
export function reject(run: Run, refused: Refused): Status {
  const isWarning = run.warnIfReject > 0 && !CANNOT_WARN.includes(refused.errorClass);
  run.errors.push(refused.errorClass);
  const { code, dsn, text } = validated(run, refused);
  const earlier = run.deferIfReject;
  if (!isWarning && earlier !== undefined && code >= 500) {
    run.warnIfReject = 0;
    run.deferIfReject = undefined;
    return reject(run, earlier);
  }
  const sentCode = run.context.settings.isSoftBounce && code >= 500 ? code - 100 : code;
  const enhanced = `${String(sentCode).charAt(0)}${dsn.slice(1)}`;
  tellRejection(run, refused.source, { isWarning, shown: `${sentCode} ${enhanced} ${text}` });
  if (isWarning) return 'dunno';
  const made = makeReply(sentCode, enhanced, text);
  run.reply = sentCode === 421 || sentCode === 521 ? { ...made, closes: true } : made;
  return 'reject';
}

/** In the log and in the journey. */
function tellRejection(
  run: Run,
  source: Source | undefined,
  { isWarning, shown }: { readonly isWarning: boolean; readonly shown: string },
): void {
  logWhatsup(run, isWarning ? 'reject_warning' : 'reject', shown);
  const refusal = shown.startsWith('5') ? 'bad' : 'defer';
  note(run, isWarning ? 'info' : refusal, isWarning ? 'would be refused' : 'refused', {
    detail: shown,
    ...(source === undefined ? {} : { source }),
  });
}

function validated(run: Run, { code, dsn, text }: Refused): Pick<Refused, 'code' | 'dsn' | 'text'> {
  const asSent = `${code} ${dsn} ${text}`;
  if (code < 400 || code > 599) {
    warn(run, `SMTP reply code configuration error: ${asSent}`);
    return { code: 450, dsn: '4.7.1', text: 'Service unavailable' };
  }
  if (!/^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn)) {
    warn(run, `DSN detail code configuration error: ${asSent}`);
    return { code: 450, dsn: '4.7.1', text: 'Service unavailable' };
  }
  return { code, dsn, text: printable(asSent, ' ').slice(5 + dsn.length) };
}

/** A look-up failed in a way that may pass (reject_dict_retry). */
export function rejectLookupFailure(run: Run, address: string, source?: Source): Status {
  return reject(run, {
    errorClass: 'data',
    code: 451,
    dsn: '4.3.0',
    text: `<${address}>: Temporary lookup failure`,
    ...(source === undefined ? {} : { source }),
  });
}

/** The configuration makes no sense (reject_server_error). */
export function rejectServerError(run: Run, source?: Source): Status {
  return reject(run, {
    errorClass: 'software',
    code: 451,
    dsn: '4.3.5',
    text: 'Server configuration error',
    ...(source === undefined ? {} : { source }),
  });
}

/** Lets through; smtpd_log_access_permit_actions may want it in the log (smtpd_acl_permit). */
export function permit(
  run: Run,
  permitted: {
    readonly action: string;
    readonly replyClass: string;
    readonly replyName: string;
    readonly from?: string;
    readonly source: Source;
  },
): Maybe<Status> {
  const { action, replyClass, replyName, from } = permitted;
  note(run, 'ok', `${action} permits <${replyName}>`, { source: permitted.source });
  const { permitLog } = run.context;
  if (run.deferIfPermit !== undefined || permitLog.isEmpty) return 'ok';
  return chain(permitLog.match(action), ({ kind }): Status => {
    const origin = from === undefined ? '' : `from ${from}`;
    if (kind === 'found')
      logWhatsup(run, 'permit', `action=${action} for ${replyClass}=${replyName} ${origin}`);
    return 'ok';
  });
}

/** Keeps the first reason for turning a later permit into a soft error. */
export function deferIfPermit(run: Run, deferral: Deferral): Status {
  run.deferIfPermit ??= deferral;
  return 'dunno';
}

/** Keeps the first reason for turning a later reject into a soft error. */
export function deferIfReject(run: Run, deferral: Deferral): Status {
  run.deferIfReject ??= deferral;
  return 'dunno';
}

/** Tables that do not fold are asked for the recipient in lower case (resolve_pagein). */
function lowered(resolution: Resolution): Resolution {
  if (resolution.kind !== 'resolved') return resolution;
  return { ...resolution, recipient: resolution.recipient.toLowerCase() };
}

/** Once in a transaction for each address (smtpd_resolve_addr). */
export function resolve(run: Run, address: string, sender: string): Promise<Resolution> {
  const key = `${sender} ${address}`;
  const { resolutions } = run.facts;
  const known = resolutions.get(key);
  if (known !== undefined) return known;
  const asked = run.context.resolver.resolve(address, sender).then(lowered);
  resolutions.set(key, asked);
  return asked;
}
