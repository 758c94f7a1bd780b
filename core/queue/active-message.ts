/** A message that is being worked on: the active queue is these, in memory. */
import type { JourneyEntry } from '../mail/journey.ts';
import type {
  AgentResult,
  MailboxDelivery,
  NewMessage,
  Outcome,
  QueuedMessage,
  QueuedRecipient,
  Submission,
} from '../mail/message.ts';

/** What an attempt has brought so far and is not stored yet. */
export interface Collected {
  readonly outcomes: Outcome[];
  readonly mailboxDeliveries: MailboxDelivery[];
  readonly forwards: Submission[];
  readonly journey: JourneyEntry[];
  readonly done: number[];
  readonly deferred: { readonly index: number; readonly reason: string }[];
}

/** What postsuper(1) ordered while the message was being delivered: carried out when the attempt ends. */
export type StandingOrder = 'hold' | 'delete';

export interface ActiveMessage {
  message: QueuedMessage;
  /** Kept so that loop checks need not read the store; undefined: too large, or from the store. */
  readonly header: Uint8Array | undefined;
  readonly activeAt: number;
  /** postqueue -f: tried although its transport is in defer_transports. */
  readonly isFlushed: boolean;
  /** Delivery requests that are waiting or under way. */
  pending: number;
  /** Of those, the ones that an agent has. */
  running: number;
  collected: Collected;
  /** All outcomes of this attempt, also those that are stored already: what notices report. */
  readonly outcomes: Outcome[];
  /** The recipients that are to be tried again, by index, with the answer. */
  readonly waiting: Map<number, string>;
  order: StandingOrder | undefined;
  /** Taken out of the active queue before its turn: what is left of it is skipped. */
  isWithdrawn: boolean;
  /** The last of the commits under way, so that they stay in order. */
  tail: Promise<void> | undefined;
  isFinished: boolean;
}

export function emptyCollected(): Collected {
  return { outcomes: [], mailboxDeliveries: [], forwards: [], journey: [], done: [], deferred: [] };
}

/** Beyond this a header is read from the store when it is needed: memory stays flat. */
const HEADER_KEPT_BYTES = 8192;

function keptHeader(header: Uint8Array): Uint8Array | undefined {
  if (header.byteLength > HEADER_KEPT_BYTES) return undefined;
  // a view would keep the whole message in memory
  return header.buffer.byteLength > 2 * HEADER_KEPT_BYTES ? header.slice() : header;
}

/** A message that was stored a moment ago, as the store would give it. */
export function queuedMessageOf(message: NewMessage): QueuedMessage {
  return {
    queueId: message.queueId,
    messageId: message.messageId,
    arrivedAt: message.arrivedAt,
    origin: message.origin,
    client: message.client,
    sender: message.sender,
    ret: message.ret,
    envid: message.envid,
    smtputf8: message.smtputf8,
    encoding: message.encoding,
    size: message.size,
    queueSize: message.queueSize,
    filter: message.filter,
    verify: message.verify,
    wantsReport: message.wantsReport,
    verp: message.verp,
    queue: 'incoming',
    holdReason: message.hold ?? '',
    recipients: message.recipients.map((recipient, index) => ({
      ...recipient,
      index,
      attempts: 0,
      reason: '',
    })),
    nextAttemptAt: message.arrivedAt,
    attempts: 0,
    warnedAt: null,
    forcedExpire: false,
  };
}

export function activate(
  message: QueuedMessage,
  options: {
    readonly header?: Uint8Array;
    readonly activeAt: number;
    readonly isFlushed: boolean;
    readonly unreported: readonly Outcome[];
  },
): ActiveMessage {
  return {
    message,
    header: options.header === undefined ? undefined : keptHeader(options.header),
    activeAt: options.activeAt,
    isFlushed: options.isFlushed,
    pending: 0,
    running: 0,
    collected: emptyCollected(),
    outcomes: [...options.unreported],
    waiting: new Map(),
    order: undefined,
    isWithdrawn: false,
    tail: undefined,
    isFinished: false,
  };
}

/** Adds an agent's answer for these recipients. */
export function collect(
  active: ActiveMessage,
  recipients: readonly QueuedRecipient[],
  result: AgentResult,
): void {
  const { collected } = active;
  collected.outcomes.push(...result.outcomes);
  active.outcomes.push(...result.outcomes);
  collected.mailboxDeliveries.push(...result.mailboxDeliveries);
  collected.forwards.push(...result.forwards);
  collected.journey.push(...result.journey);
  for (const { index } of recipients) {
    const deferred = result.outcomes.find((o) => o.recipientIndex === index && o.status === 'deferred');
    if (deferred === undefined) {
      collected.done.push(index);
    } else {
      // the log keeps blanks at the end, the queue does not
      const reason = deferred.reason.trimEnd();
      collected.deferred.push({ index, reason });
      active.waiting.set(index, reason);
    }
  }
}

/** The last answers of an earlier attempt count as this one's: what is expired by force is not tried again. */
export function recallAnswers(
  active: ActiveMessage,
  earlier: readonly Outcome[],
): readonly QueuedRecipient[] {
  const last = new Map(earlier.map((outcome) => [`${outcome.recipientIndex} ${outcome.address}`, outcome]));
  for (const outcome of last.values()) {
    if (!active.message.recipients.some((r) => r.index === outcome.recipientIndex)) continue;
    active.outcomes.push(outcome);
    active.waiting.set(outcome.recipientIndex, outcome.reason);
  }
  return active.message.recipients.filter((r) => !active.waiting.has(r.index));
}
