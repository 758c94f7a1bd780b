/**
 * pickup(8): takes what sendmail(1) hands over, and what it left in the maildrop while no sandbox ran. What cleanup
 * refuses for good is returned to the sender; what it refuses for now goes (back) into the maildrop and is tried again.
 */
import type { SubmitInput, SubmitResult } from '../api/contract/mail.ts';
import { createMaildrop, type DroppedMessage } from '../api/maildrop.ts';
import type { Bounce, Notice } from '../bounce/bounce.ts';
import type { CleanupOutcome, Intake } from '../cleanup/outcome.ts';
import { isTooLargeForMaildrop } from '../cleanup/maildrop-size.ts';
import { NO_RECIPIENTS, refusalOutcomes, toSubmission, unstoredContent } from '../cleanup/pickup.ts';
import type { Config } from '../config/config.ts';
import type { QueueId } from '../mail/queue-id.ts';
import { quoteLocal } from '../mail/quote.ts';
import type { NewMessage, Submission } from '../mail/message.ts';
import { formatDelays, formatOutcomeLine } from '../mail/outcome-line.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';

/** How often the maildrop is looked at again: pickup's wake-up time in master.cf's default. */
const WAKE_UP_MS = 60_000;
const TOO_BIG = 'message file too big';

type Numbers = Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
type Refused = Extract<CleanupOutcome, { kind: 'refused' }>;

export interface Pickup {
  submit(input: SubmitInput): Promise<SubmitResult>;
  /** Takes up the maildrop, now and every minute. */
  start(): void;
  stop(): void;
}

export interface PickupDependencies {
  readonly dataDir: string;
  readonly intake: Intake;
  readonly world: () => { readonly config: Config; readonly bounce: Bounce };
  /** Whether a message with this queue id is stored. */
  readonly isStored: (queueId: QueueId) => boolean;
  readonly clock: Clock;
  readonly log: LogFactory;
}

const isOurs = (owner: number): boolean => owner === 0 || owner === process.getuid?.();

export function createPickup(dependencies: PickupDependencies): Pickup {
  const { dataDir, intake, world, isStored, clock } = dependencies;
  const maildrop = createMaildrop(dataDir);
  const log = dependencies.log('pickup');
  const cleanupLog = dependencies.log('cleanup');
  let cancel: (() => void) | undefined;
  let unwatch: (() => void) | undefined;
  let scanning: Promise<void> = Promise.resolve();

  function configOfPickup(): Config {
    const { config } = world();
    const service = config.services.find(({ command }) => command === 'pickup');
    return service === undefined ? config : config.forService(service);
  }

  async function submitNotices(notices: readonly Notice[]): Promise<void> {
    for (const { submission, logText } of notices) {
      const numbers = intake.allocate();
      await intake.submit({ ...submission, ...numbers });
      const text = logText(numbers.queueId);
      if (text !== '') dependencies.log('bounce').info(text);
    }
  }

  /** What cleanup refuses for good goes back to the sender, recipient by recipient. */
  async function returnToSender(message: NewMessage, { dsn, reason }: Refused): Promise<void> {
    const outcomes = refusalOutcomes(message, { dsn, reason }, clock.now());
    const resolution = world().config.integer('delay_logging_resolution_limit');
    for (const outcome of outcomes) {
      const { startedAt, finishedAt } = outcome;
      const times = { arrivedAt: message.arrivedAt, activeAt: startedAt, startedAt, finishedAt };
      const delays = formatDelays(times, resolution);
      const line = { queueId: message.queueId, outcome, delays, statusWord: 'bounced', quote: quoteLocal };
      cleanupLog.info(formatOutcomeLine(line));
    }
    const content = unstoredContent(message.content);
    await submitNotices(await world().bounce.failure(message, outcomes, content));
  }

  async function take(
    input: SubmitInput,
    numbers: Numbers,
  ): Promise<SubmitResult & { readonly isSoft?: boolean }> {
    const { rawBase64, ...options } = input;
    const local = { ...options, raw: Buffer.from(rawBase64, 'base64') };
    const taken = toSubmission(local, numbers, configOfPickup());
    if (taken.kind === 'no-recipients') return { queueId: '', refused: NO_RECIPIENTS };
    log.info(taken.logText);
    const outcome = await intake.submit(taken.submission);
    switch (outcome.kind) {
      case 'queued':
        return { queueId: outcome.message.queueId, id: outcome.message.messageId };
      case 'discarded':
        return { queueId: numbers.queueId };
      case 'storage-failed':
        return {
          queueId: '',
          refused: outcome.full ? 'queue file write error: No space left on device' : outcome.reason,
        };
      case 'refused':
        if (outcome.message !== undefined) await returnToSender(outcome.message, outcome);
        return { queueId: numbers.queueId, isSoft: outcome.failure === 'soft' };
    }
  }

  async function submit(input: SubmitInput): Promise<SubmitResult> {
    const raw = Buffer.from(input.rawBase64, 'base64');
    const { config } = world();
    const limits = {
      messageSize: config.integer('message_size_limit'),
      lineLength: config.integer('line_length_limit'),
    };
    if (isTooLargeForMaildrop(limits, { ...input, raw })) return { queueId: '', refused: TOO_BIG };
    const numbers = intake.allocate();
    const { isSoft, ...result } = await take(input, numbers);
    if (isSoft === true) maildrop.put({ queueId: numbers.queueId, arrivedAt: numbers.arrivedAt, input });
    return result;
  }

  /** Who left a file is who owns it, whatever it says; the engine's own user may speak for others. */
  function trusted({ input, owner }: DroppedMessage): SubmitInput {
    return isOurs(owner) ? input : { ...input, uid: owner };
  }

  async function pickUp(dropped: DroppedMessage): Promise<void> {
    const { queueId, arrivedAt } = dropped;
    const input = trusted(dropped);
    // After a crash the file may still be there though the message is stored.
    if (!isStored(queueId)) {
      const result = await take(input, { ...intake.allocate(), queueId, arrivedAt });
      const isKept =
        result.isSoft === true || (result.refused !== undefined && result.refused !== NO_RECIPIENTS);
      if (isKept) return;
    }
    maildrop.remove(queueId);
  }

  /** One after another: a message must not be picked up twice. */
  function scan(isWanted: (dropped: DroppedMessage) => boolean): void {
    scanning = scanning
      .then(async () => {
        for (const dropped of maildrop.list()) if (isWanted(dropped)) await pickUp(dropped);
      })
      .catch((error: unknown) => {
        log.error(error instanceof Error ? error.message : String(error));
      });
  }

  function wake(): void {
    scan(() => true);
    cancel = clock.schedule(clock.now() + WAKE_UP_MS, wake);
  }

  /** Where root runs the sandbox, other users' sendmail leaves its messages here, and they are picked up at once. */
  function start(): void {
    if (process.getuid?.() === 0) {
      maildrop.openToAll();
      unwatch = maildrop.watch(() => {
        scan(({ owner }) => !isOurs(owner));
      });
    }
    wake();
  }

  return {
    submit,
    start,
    stop() {
      unwatch?.();
      cancel?.();
    },
  };
}
