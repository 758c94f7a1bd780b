/**
 * From an attempt's answers to one transaction: outcomes, mailbox deliveries, forwards and notices, and what becomes
 * of the message (qmgr_active_done).
 */
import type { JourneyEntry } from '../mail/journey.ts';
import type { NewMessage, Outcome } from '../mail/message.ts';
import type { Settlement } from '../store/store.ts';
import { emptyCollected, type ActiveMessage, type Collected } from './active-message.ts';
import { makeForwards, makeNotices, nothingMade, type Made, type NoticeDependencies } from './notices.ts';
import { quoteAddress } from './own-outcomes.ts';
import { isDelayWarningDue, isExpired, nextAttemptAt, type Schedule } from './schedule.ts';
import type { QmgrWorld } from './world.ts';

type Dependencies = NoticeDependencies;

export interface Prepared {
  readonly settlement: Settlement;
  readonly created: readonly NewMessage[];
  readonly expanded: Made['expanded'];
}

/** Takes what is collected, so that it is stored once. `giveBack` undoes it when it cannot be stored now. */
export function takeCollected(active: ActiveMessage): Collected {
  const taken = active.collected;
  active.collected = emptyCollected();
  return taken;
}

export function giveBack(active: ActiveMessage, taken: Collected): void {
  const since = active.collected;
  active.collected = {
    outcomes: [...taken.outcomes, ...since.outcomes],
    mailboxDeliveries: [...taken.mailboxDeliveries, ...since.mailboxDeliveries],
    forwards: [...taken.forwards, ...since.forwards],
    journey: [...taken.journey, ...since.journey],
    done: [...taken.done, ...since.done],
    deferred: [...taken.deferred, ...since.deferred],
  };
}

/** A forward that has to wait: its recipient is tried again instead of being done. */
function withoutForward(collected: Collected, queueId: string): Collected {
  const reason = `forwarded as ${queueId}`;
  const outcome = collected.outcomes.find((o) => o.reason === reason);
  if (outcome === undefined) return collected;
  const { recipientIndex: index } = outcome;
  const waiting: Outcome = {
    ...outcome,
    status: 'deferred',
    dsn: '4.3.0',
    action: 'delayed',
    reason: 'unable to forward message',
  };
  return {
    ...collected,
    outcomes: collected.outcomes.map((o) => (o === outcome ? waiting : o)),
    done: collected.done.filter((i) => i !== index),
    deferred: [...collected.deferred, { index, reason: waiting.reason }],
  };
}

/** What an attempt, or a part of it, comes to. */
export interface Attempt {
  readonly world: QmgrWorld;
  readonly schedule: Schedule;
  readonly active: ActiveMessage;
  readonly taken: Collected;
}

async function withForwards(dependencies: Dependencies, attempt: Attempt, made: Made): Promise<Collected> {
  const { world, active } = attempt;
  let collected = attempt.taken;
  if (collected.forwards.length === 0) return collected;
  for (const submission of await makeForwards(dependencies, world, collected.forwards, made)) {
    collected = withoutForward(collected, submission.queueId);
    for (const { index, reason } of collected.deferred) active.waiting.set(index, reason);
  }
  return collected;
}

function settlementOf(active: ActiveMessage, collected: Collected, made: Made): Settlement {
  const { queueId, messageId } = active.message;
  return {
    queueId,
    messageId,
    outcomes: collected.outcomes,
    mailboxDeliveries: collected.mailboxDeliveries,
    create: made.messages,
    journey: [...collected.journey, ...made.journey],
    doneRecipients: collected.done,
    deferredRecipients: collected.deferred,
  };
}

export const hasCollected = ({ collected }: ActiveMessage): boolean =>
  collected.outcomes.length > 0 || collected.done.length > 0 || collected.deferred.length > 0;

/** What came in while other deliveries of the message go on: stored as it is. */
export async function preparePart(dependencies: Dependencies, attempt: Attempt): Promise<Prepared> {
  const made = nothingMade();
  const collected = await withForwards(dependencies, attempt, made);
  return {
    settlement: settlementOf(attempt.active, collected, made),
    created: made.messages,
    expanded: made.expanded,
  };
}

interface Ending {
  readonly next: NonNullable<Settlement['next']>;
  readonly warnedAt?: number;
  /** Recipients that were waiting and are given up. */
  readonly givenUp: readonly number[];
}

const isFailure = (outcome: Outcome) => outcome.status === 'bounced';
const isSuccess = (outcome: Outcome) => outcome.status === 'sent';

/** The last answers of the recipients that are still waiting, as failures. */
function lastAnswers(active: ActiveMessage): readonly Outcome[] {
  return active.outcomes.filter((o) => o.status === 'deferred' && active.waiting.has(o.recipientIndex));
}

async function endDeferred(dependencies: Dependencies, attempt: Attempt, made: Made): Promise<Ending> {
  const { log, clock } = dependencies;
  const { world, active, schedule } = attempt;
  const { message } = active;
  const now = clock.now();
  const again: Ending = {
    next: { kind: 'deferred', nextAttemptAt: nextAttemptAt(schedule, message.arrivedAt, now) },
    givenUp: [],
  };
  const outcomes = lastAnswers(active);
  if (message.forcedExpire || isExpired(schedule, message, now)) {
    const word = message.forcedExpire ? 'force-expired' : 'expired';
    log('qmgr').info(
      `${message.queueId}: from=<${quoteAddress(message.sender)}>, status=${word}, returned to sender`,
    );
    const failed = outcomes.map((o): Outcome => ({ ...o, status: 'bounced', action: 'failed' }));
    await makeNotices(dependencies, world, { active, kind: 'failure', outcomes: failed }, made);
    if (made.failed) return again;
    const what = `waited too long (${word}): returned to the sender`;
    made.journey.push({ at: now, program: 'qmgr', verdict: 'bad', what });
    return { next: { kind: 'removed' }, givenUp: [...active.waiting.keys()] };
  }
  if (isDelayWarningDue(schedule, message, now)) {
    await makeNotices(dependencies, world, { active, kind: 'delay', outcomes }, made);
    return { ...again, warnedAt: now };
  }
  return again;
}

function orderedEnding(active: ActiveMessage): Ending | undefined {
  if (active.order === 'delete') return { next: { kind: 'removed' }, givenUp: [] };
  if (active.order === 'hold') return { next: { kind: 'hold', reason: 'postsuper -h' }, givenUp: [] };
  return undefined;
}

function scheduledEntry(next: Settlement['next'], at: number): readonly JourneyEntry[] {
  if (next?.kind !== 'deferred') return [];
  const what = `deferred: tried again at ${new Date(next.nextAttemptAt).toISOString()}`;
  return [{ at, program: 'qmgr', verdict: 'defer', what }];
}

/** All recipients have been tried: notices are made, and the message is removed, deferred or given up. */
export async function prepareEnd(dependencies: Dependencies, attempt: Attempt): Promise<Prepared> {
  const { world, active, schedule } = attempt;
  const made = nothingMade();
  const collected = await withForwards(dependencies, attempt, made);
  const say = (kind: 'failure' | 'success' | 'verify', outcomes: readonly Outcome[]) =>
    makeNotices(dependencies, world, { active, kind, outcomes }, made);
  let ending: Ending = { next: { kind: 'removed' }, givenUp: [] };
  let isReported = true;
  if (active.message.verify) {
    await say('verify', active.outcomes);
  } else {
    await say('failure', active.outcomes.filter(isFailure));
    isReported = !made.failed;
    // sendmail -v: all that the first attempt came to, successes included
    if (active.message.wantsReport && active.message.attempts === 0) await say('verify', asReported(active));
    else
      await say(
        'success',
        active.outcomes.filter(isSuccess).filter((o) => isWanted(active, o)),
      );
    if (active.waiting.size > 0) {
      ending = orderedEnding(active) ?? (await endDeferred(dependencies, attempt, made));
    }
  }
  if (!isReported && ending.next.kind === 'removed' && active.order !== 'delete') {
    // the notice could not be queued: the message stays, with nobody left to deliver to, until it can
    dependencies.log('bounce').info(`${active.message.queueId}: status=deferred (bounce failed)`);
    const { arrivedAt } = active.message;
    const at = nextAttemptAt(schedule, arrivedAt, dependencies.clock.now());
    ending = { ...ending, next: { kind: 'deferred', nextAttemptAt: at } };
  }
  made.journey.push(...scheduledEntry(ending.next, dependencies.clock.now()));
  const settlement = settlementOf(active, collected, made);
  const givenUp = new Set(ending.givenUp);
  return {
    settlement: {
      ...settlement,
      doneRecipients: [...settlement.doneRecipients, ...ending.givenUp],
      deferredRecipients: settlement.deferredRecipients.filter((r) => !givenUp.has(r.index)),
      next: ending.next,
      reported: isReported,
      ...(ending.warnedAt === undefined ? {} : { warnedAt: ending.warnedAt }),
    },
    created: made.messages,
    expanded: made.expanded,
  };
}

/** For sendmail -v; a success that NOTIFY= asked for as well stands there twice, as in Postfix (sent(3)). */
function asReported(active: ActiveMessage): readonly Outcome[] {
  return active.outcomes.flatMap((o) => (isSuccess(o) && isWanted(active, o) ? [o, o] : [o]));
}

/** Whether the sender asked for news of a success, and the expansion did not take that back. */
function isWanted(active: ActiveMessage, outcome: Outcome): boolean {
  if (outcome.notify !== undefined) return outcome.notify.includes('SUCCESS');
  const recipient = active.message.recipients.find((r) => r.index === outcome.recipientIndex);
  return recipient?.notify.includes('SUCCESS') === true;
}
