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

/** Every name that can stand in a list, for completion and checks. */
export const restrictionNames: readonly string[] = ['warn_if_reject', ...restrictions.keys()].sort();

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
  for (let i = 0; i < words.length && run.orders.discard === undefined; i++) {
    const word = words[i] ?? '';
    if (word.toLowerCase() === 'warn_if_reject') {
      if (run.warnIfReject === 0) run.warnIfReject = run.recursion;
      continue;
    }
    const isBareTable = word.includes(':');
    if (isBareTable && subject.defaultAccess === undefined) return refuseBareTable(run, word, subject);
    const name = isBareTable ? (subject.defaultAccess ?? '') : word;
    const restriction = restrictions.get(name.toLowerCase());
    // A bare table is its own argument.
    const argumentAt = isBareTable ? i : i + 1;
    const taken = restriction === undefined ? 0 : argumentOf(run, restriction, name, words[argumentAt]);
    if (taken === 'reject') return taken;
    if (taken === 'skip') continue;
    const last = isBareTable ? i : i + taken;
    const call: Call = { ...subject, name, argument: words[last] ?? '', next: words[last + 1] };
    const status = await (restriction === undefined ? evaluateClass(run, call) : restriction.run(run, call));
    i = last;
    if (run.warnIfReject >= run.recursion) run.warnIfReject = 0;
    if (status !== 'dunno') return status;
    if (run.deferIfPermit !== undefined && run.deferIfReject !== undefined) return 'dunno';
  }
  return 'dunno';
}

function refuseBareTable(run: Run, word: string, subject: Subject): Status {
  const commands =
    'check_client_access, check_reverse_client_hostname_access, check_helo_access, ' +
    'check_sender_access, check_recipient_access, check_etrn_access';
  warn(run, `specify one of (${commands}) before ${subject.replyClass} restriction "${word}"`);
  return rejectServerError(run, restrictionSource(run, word));
}

/** How many words the restriction takes; `skip` when what it needs is missing and Postfix only warns. */
function argumentOf(
  run: Run,
  { takes }: Restriction,
  name: string,
  word: string | undefined,
): 0 | 1 | 'skip' | 'reject' {
  switch (takes) {
    case undefined:
      return 0;
    case 'table':
      if (word?.includes(':') === true) return 1;
      warn(run, `restriction ${name}: bad argument "${word ?? '(null)'}": need maptype:mapname`);
      break;
    case 'domain':
      if (word !== undefined) return 1;
      warn(run, `restriction ${name} requires domain name argument`);
      return 'skip';
    case 'server':
      if (word?.includes(':') === true) return 1;
      warn(run, `restriction ${name} must be followed by transport:server`);
      break;
    case 'seconds':
      if (word !== undefined && /^\d+$/.test(word)) return 1;
      warn(run, `restriction ${name} must be followed by number`);
      break;
  }
  const status = rejectServerError(run, restrictionSource(run, name));
  // Configuration errors cannot be turned into warnings.
  return status === 'reject' ? 'reject' : 'skip';
}

function evaluateClass(run: Run, call: Call): Status | Promise<Status> {
  const list = run.context.settings.classes.get(call.name);
  if (list !== undefined) return evaluateList(run, list, call);
  warn(run, `unknown smtpd restriction: "${call.name}"`);
  return rejectServerError(run, restrictionSource(run, call.name));
}
