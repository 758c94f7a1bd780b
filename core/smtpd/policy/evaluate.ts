/**
 * Walks a restriction list (generic_checks of smtpd_check(3), smtpd_*_restrictions in postconf(5)): the first
 * restriction that permits or rejects ends the list; a restriction class is a list of its own.
 */
import { chain, type Maybe } from '../../tables/maybe.ts';
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

export function evaluateList(run: Run, list: RestrictionList, subject: Subject): Maybe<Status> {
  if (list.words.length === 0) return 'dunno';
  const outerList = run.list;
  const outerRecursion = run.recursion++;
  run.list = list;
  return chain(walk(run, list.words, subject), (status) => {
    run.list = outerList;
    run.recursion = outerRecursion;
    endWarning(run);
    return status;
  });
}

/** Goes through the list from one of its words. Most restrictions answer at once, and then nothing is waited for. */
function walk(run: Run, words: readonly string[], subject: Subject, from = 0): Maybe<Status> {
  let at = from;
  while (at < words.length && run.orders.discard === undefined) {
    if (words[at]?.toLowerCase() === 'warn_if_reject') {
      if (run.warnIfReject === 0) run.warnIfReject = run.recursion;
      at++;
      continue;
    }
    const step = readStep(run, words, at, subject);
    if (step === 'reject') return step;
    at = step.next;
    const answer = step.perform?.();
    if (answer instanceof Promise) {
      const next = at;
      return answer.then((status) => (endsList(run, status) ? status : walk(run, words, subject, next)));
    }
    if (endsList(run, answer)) return answer ?? 'dunno';
  }
  return 'dunno';
}

/** warn_if_reject holds for the restriction or the list that it stands in front of. */
function endWarning(run: Run): void {
  if (run.warnIfReject >= run.recursion) run.warnIfReject = 0;
}

/** @param status undefined: the restriction was passed over */
function endsList(run: Run, status: Status | undefined): boolean {
  if (status !== undefined) endWarning(run);
  // With both of these nothing that follows could change the answer.
  const isDecided = run.deferIfPermit !== undefined && run.deferIfReject !== undefined;
  return isDecided || (status !== undefined && status !== 'dunno');
}

interface Step {
  /** Absent: the restriction lacks its argument and is passed over, as Postfix does after a warning. */
  readonly perform?: () => Maybe<Status>;
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

function evaluateClass(run: Run, call: Call): Maybe<Status> {
  const list = run.context.settings.classes.get(call.name);
  if (list !== undefined) return evaluateList(run, list, call);
  warn(run, `unknown smtpd restriction: "${call.name}"`);
  return rejectServerError(run, restrictionSource(run, call.name));
}
