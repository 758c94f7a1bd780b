/**
 * Walks a restriction list (generic_checks of smtpd_check(3), smtpd_*_restrictions in postconf(5)): the first
 * restriction that permits or rejects ends the list; a restriction class is a list of its own.
 */
import { clientRestrictions } from './client-restrictions.ts';
import { genericRestrictions } from './generic-restrictions.ts';
import { heloRestrictions } from './helo-restrictions.ts';
import { recipientRestrictions } from './recipient-restrictions.ts';
import type { Subject } from './facts.ts';
import type { Call, Restriction, Restrictions } from './restriction.ts';
import { rejectServerError, restrictionSource, warn, type Run, type Status } from './run.ts';
import { senderRestrictions } from './sender-restrictions.ts';
import type { RestrictionList } from '../settings.ts';

const known: Restrictions = {
  ...genericRestrictions,
  ...clientRestrictions,
  ...heloRestrictions,
  ...senderRestrictions,
  ...recipientRestrictions,
};
const restrictions: ReadonlyMap<string, Restriction> = new Map(Object.entries(known));

export async function evaluateList(run: Run, list: RestrictionList, subject: Subject): Promise<Status> {
  if (list.words.length === 0) return 'dunno';
  const outerList = run.list;
  const outerRecursion = run.recursion++;
  run.list = list;
  const status = await walk(run, list.words, subject);
  run.list = outerList;
  run.recursion = outerRecursion;
  if (run.warnIfReject >= run.recursion) run.warnIfReject = 0;
  return status;
}

async function walk(run: Run, words: readonly string[], subject: Subject): Promise<Status> {
  let at = 0;
  while (at < words.length && run.orders.discard === undefined) {
    if (words[at]?.toLowerCase() === 'warn_if_reject') {
      if (run.warnIfReject === 0) run.warnIfReject = run.recursion;
      at++;
      continue;
    }
    const step = readStep(run, words, at, subject);
    if (step === 'reject') return step;
    at = step.next;
    const status = await take(run, step);
    const isDecided = run.deferIfPermit !== undefined && run.deferIfReject !== undefined;
    if (status !== 'dunno' || isDecided) return status;
  }
  return 'dunno';
}

async function take(run: Run, { perform }: Step): Promise<Status> {
  if (perform === undefined) return 'dunno';
  const status = await perform();
  if (run.warnIfReject >= run.recursion) run.warnIfReject = 0;
  return status;
}

interface Step {
  /** Absent: the restriction lacks its argument and is passed over, as Postfix does after a warning. */
  readonly perform?: () => Status | Promise<Status>;
  readonly next: number;
}

/** The restriction at a place in the list with its argument. */
function readStep(run: Run, words: readonly string[], at: number, subject: Subject): Step | 'reject' {
  const word = words[at] ?? '';
  if (!word.includes(':')) return readCall(run, words, { at, name: word }, subject);
  if (subject.defaultAccess === undefined) return refuseBareTable(run, word, subject);
  // A bare table is its own argument.
  return readCall(run, words, { at: at - 1, name: subject.defaultAccess }, subject);
}

function readCall(
  run: Run,
  words: readonly string[],
  { at, name }: { readonly at: number; readonly name: string },
  subject: Subject,
): Step | 'reject' {
  const restriction = restrictions.get(name.toLowerCase());
  const word = words[at + 1];
  const taken = restriction === undefined ? 'nothing' : argumentOf(run, restriction, name, word);
  if (taken === 'reject') return taken;
  if (taken === 'missing') return { next: at + 1 };
  const next = taken === 'word' ? at + 2 : at + 1;
  const argument = taken === 'word' ? (word ?? '') : '';
  const call: Call = { ...subject, name, argument, next: words[next] };
  return {
    next,
    perform: () => (restriction === undefined ? evaluateClass(run, call) : restriction.run(run, call)),
  };
}

function refuseBareTable(run: Run, word: string, subject: Subject): 'reject' {
  const commands =
    'check_client_access, check_reverse_client_hostname_access, check_helo_access, ' +
    'check_sender_access, check_recipient_access, check_etrn_access';
  warn(run, `specify one of (${commands}) before ${subject.replyClass} restriction "${word}"`);
  return serverError(run, word);
}

/** Configuration errors cannot be turned into warnings. */
function serverError(run: Run, name: string): 'reject' {
  rejectServerError(run, restrictionSource(run, name));
  return 'reject';
}

const ARGUMENT_RULES = {
  table: {
    pattern: /:/,
    complaint: (name: string, word: string | undefined) =>
      `restriction ${name}: bad argument "${word ?? '(null)'}": need maptype:mapname`,
  },
  server: {
    pattern: /:/,
    complaint: (name: string) => `restriction ${name} must be followed by transport:server`,
  },
  seconds: {
    pattern: /^\d+$/,
    complaint: (name: string) => `restriction ${name} must be followed by number`,
  },
} as const;

/** `missing`: Postfix only warns; `reject`: the list makes no sense. */
function argumentOf(
  run: Run,
  { takes }: Restriction,
  name: string,
  word: string | undefined,
): 'nothing' | 'word' | 'missing' | 'reject' {
  if (takes === undefined) return 'nothing';
  if (takes === 'domain') {
    if (word !== undefined) return 'word';
    warn(run, `restriction ${name} requires domain name argument`);
    return 'missing';
  }
  const rule = ARGUMENT_RULES[takes];
  if (word !== undefined && rule.pattern.test(word)) return 'word';
  warn(run, rule.complaint(name, word));
  return serverError(run, name);
}

function evaluateClass(run: Run, call: Call): Status | Promise<Status> {
  const list = run.context.settings.classes.get(call.name);
  if (list !== undefined) return evaluateList(run, list, call);
  warn(run, `unknown smtpd restriction: "${call.name}"`);
  return rejectServerError(run, restrictionSource(run, call.name));
}
