/** Notices and forwards as messages: what bounce(8) and local(8) want sent goes through cleanup and gets its numbers. */
import type { BouncedMessage, Notice, OriginalContent } from '../bounce/bounce.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { NewMessage, Outcome, QueuedMessage, Submission } from '../mail/message.ts';
import { formatDelays, formatOutcomeLine } from '../mail/outcome-line.ts';
import { verpSender } from '../mail/verp.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { ActiveMessage } from './active-message.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { quoteAddress } from './own-outcomes.ts';
import type { QueueStore } from '../store/store.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

export interface Made {
  readonly messages: NewMessage[];
  readonly journey: JourneyEntry[];
  /** Virtual aliases of the new messages that are to be reported as expanded. */
  readonly expanded: Map<QueueId, readonly Outcome[]>;
  /** A notice could not be queued: it has to be made again later. */
  failed: boolean;
}

export const nothingMade = (): Made => ({
  messages: [],
  journey: [],
  expanded: new Map(),
  failed: false,
});

export interface NoticeDependencies extends Pick<QmgrDependencies, 'intake' | 'log' | 'clock'> {
  readonly store: Pick<QueueStore, 'content'>;
}
type Dependencies = NoticeDependencies;

/** The content of a stored message, read when it is asked for. */
export function storedContent({ store }: Dependencies, messageId: number, queueId: QueueId): OriginalContent {
  const content = () => {
    const found = store.content(messageId);
    if (found === undefined) throw new Error(`${queueId}: content is gone`);
    return found;
  };
  return {
    read: () => Promise.resolve().then(() => deliveredForm(content())),
    readHeader: () => Promise.resolve().then(() => content().header),
  };
}

/** Completes notices and logs each as queued. */
async function queueNotices(
  dependencies: Dependencies,
  world: QmgrWorld,
  notices: readonly Notice[],
  made: Made,
): Promise<void> {
  for (const notice of notices) {
    const numbers = dependencies.intake.allocate();
    const outcome = await world.cleanup.prepare({ ...notice.submission, ...numbers });
    if (outcome.kind === 'refused') made.failed = true;
    if (outcome.kind !== 'queued') continue;
    made.messages.push(outcome.message);
    const text = notice.logText(numbers.queueId);
    if (text !== '') dependencies.log('bounce', world.config.get('syslog_name')).info(text);
    const told = notice.submission.recipients.map((r) => r.address).join(', ');
    made.journey.push({
      at: dependencies.clock.now(),
      program: 'bounce',
      verdict: 'info',
      what: `notice to ${told}: ${numbers.queueId}`,
    });
  }
}

export type NoticeKind = 'failure' | 'delay' | 'success' | 'verify';

/** Told to the sender that the recipient of this outcome saw (bounce_notify_verp). */
function asVerp(message: QueuedMessage, outcome: Outcome | undefined): BouncedMessage {
  if (outcome === undefined) return message;
  return { ...message, returnTo: verpSender(message.verp, message.sender, outcome) };
}

/** Makes the notices of one kind about a message. Failures with an owner- alias of their own go there, one by one. */
export async function makeNotices(
  dependencies: Dependencies,
  world: QmgrWorld,
  about: { readonly active: ActiveMessage; readonly kind: NoticeKind; readonly outcomes: readonly Outcome[] },
  made: Made,
): Promise<void> {
  const { active, kind, outcomes } = about;
  if (outcomes.length === 0) return;
  const { message } = active;
  const content = storedContent(dependencies, message.messageId, message.queueId);
  const say = (to: BouncedMessage, reported: readonly Outcome[]) => world.bounce[kind](to, reported, content);
  const ordinary = outcomes.filter((outcome) => kind !== 'failure' || outcome.returnTo === undefined);
  const isOneEach =
    kind === 'failure' && message.verp !== '' && !world.config.boolean('disable_verp_bounces');
  for (const group of isOneEach ? ordinary.map((outcome) => [outcome]) : [ordinary]) {
    const to = isOneEach ? asVerp(message, group[0]) : message;
    if (group.length > 0) await queueNotices(dependencies, world, await say(to, group), made);
  }
  for (const outcome of outcomes) {
    if (kind !== 'failure' || outcome.returnTo === undefined) continue;
    const owned = { ...message, returnTo: outcome.returnTo, envid: '', ret: '' } as const;
    await queueNotices(dependencies, world, await say(owned, [outcome]), made);
  }
}

/** What a forward that cleanup refuses for good comes to: its own sender gets it back (CLEANUP_FLAG_BOUNCE). */
async function returnForward(
  dependencies: Dependencies,
  world: QmgrWorld,
  refused: { readonly message: NewMessage; readonly dsn: string; readonly reason: string },
  made: Made,
): Promise<void> {
  const { clock, log } = dependencies;
  const { message, dsn, reason } = refused;
  const now = clock.now();
  const outcomes = message.recipients.map((recipient, recipientIndex): Outcome => {
    const { address, originalAddress } = recipient;
    const answer = { status: 'bounced', dsn, reason, relay: 'none', action: 'failed' } as const;
    return { recipientIndex, address, originalAddress, ...answer, startedAt: now, finishedAt: now };
  });
  const { queueId, arrivedAt, content } = message;
  for (const outcome of outcomes) {
    const times = { arrivedAt, activeAt: now, startedAt: now, finishedAt: now };
    const delays = formatDelays(times, world.config.integer('delay_logging_resolution_limit'));
    const line = { queueId, outcome, delays, statusWord: 'bounced', quote: quoteAddress };
    log('cleanup').info(formatOutcomeLine(line));
  }
  const original: OriginalContent = {
    read: () => Promise.resolve(deliveredForm(content)),
    readHeader: () => Promise.resolve(content.header),
  };
  await queueNotices(dependencies, world, await world.bounce.failure(message, outcomes, original), made);
}

/** Turns forwards into messages. Answers those that have to be made again later. */
export async function makeForwards(
  dependencies: Dependencies,
  world: QmgrWorld,
  forwards: readonly Submission[],
  made: Made,
): Promise<readonly Submission[]> {
  const refused: Submission[] = [];
  for (const submission of forwards) {
    const outcome = await world.cleanup.prepare(submission);
    if (outcome.kind === 'queued') {
      made.messages.push(outcome.message);
      if (outcome.expanded !== undefined) made.expanded.set(outcome.message.queueId, outcome.expanded);
    } else if (outcome.kind === 'refused') {
      const { failure, message, dsn, reason } = outcome;
      if (failure === 'soft' || message === undefined) refused.push(submission);
      else await returnForward(dependencies, world, { message, dsn, reason }, made);
    }
  }
  return refused;
}
