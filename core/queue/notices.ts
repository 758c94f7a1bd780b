/** Notices and forwards as messages: what bounce(8) and local(8) want sent goes through cleanup and gets its numbers. */
import type { BouncedMessage, Notice, OriginalContent, ReportableOutcome } from '../bounce/bounce.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { NewMessage, Outcome, Submission } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { ActiveMessage } from './active-message.ts';
import { deliveredForm } from './content.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

export interface Made {
  readonly messages: NewMessage[];
  readonly journey: JourneyEntry[];
  /** A notice could not be queued: it has to be made again later. */
  failed: boolean;
}

export const nothingMade = (): Made => ({ messages: [], journey: [], failed: false });

type Dependencies = Pick<QmgrDependencies, 'store' | 'intake' | 'log' | 'clock'>;

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
  const say = (to: BouncedMessage, reported: readonly ReportableOutcome[]) =>
    world.bounce[kind](to, reported, content);
  const ordinary = outcomes.filter((outcome) => kind !== 'failure' || outcome.returnTo === undefined);
  if (ordinary.length > 0) {
    await queueNotices(dependencies, world, await say(message, ordinary), made);
  }
  for (const outcome of outcomes) {
    if (kind !== 'failure' || outcome.returnTo === undefined) continue;
    const owned = { ...message, sender: outcome.returnTo, envid: '', ret: '' } as const;
    await queueNotices(dependencies, world, await say(owned, [outcome]), made);
  }
}

/** What a forward that cleanup refuses for good comes to: its own sender gets it back. */
async function returnForward(
  dependencies: Dependencies,
  world: QmgrWorld,
  submission: Submission,
  refusal: { readonly dsn: string; readonly text: string },
  made: Made,
): Promise<void> {
  const now = dependencies.clock.now();
  const message: BouncedMessage = {
    ...submission,
    encoding: submission.is8bit ? '8bit' : '7bit',
    size: submission.raw.length,
  };
  const outcomes = submission.recipients.map((recipient, recipientIndex): Outcome => ({
    recipientIndex,
    address: recipient.address,
    originalAddress: recipient.originalAddress,
    status: 'bounced',
    dsn: refusal.dsn,
    reason: refusal.text,
    relay: 'none',
    action: 'failed',
    startedAt: now,
    finishedAt: now,
  }));
  const text = Buffer.from(submission.raw);
  const end = text.indexOf('\n\n');
  const content: OriginalContent = {
    read: () => Promise.resolve(text),
    readHeader: () => Promise.resolve(end < 0 ? text : text.subarray(0, end + 1)),
  };
  await queueNotices(dependencies, world, await world.bounce.failure(message, outcomes, content), made);
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
    } else if (outcome.kind === 'refused') {
      const { reply, failure } = outcome;
      const refusal = { dsn: reply.enhanced === '' ? '5.0.0' : reply.enhanced, text: reply.lines.join(' ') };
      if (failure === 'soft') refused.push(submission);
      else await returnForward(dependencies, world, submission, refusal, made);
    }
  }
  return refused;
}
