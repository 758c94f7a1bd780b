/** The queue as it is now: what the store has, with the active queue of the memory over it. */
import type { QueuedMessage, QueueName } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { QueueStore } from '../store/store.ts';
import type { ActiveMessage } from './active-message.ts';
import { quoteAddress } from './own-outcomes.ts';
import type { QueueListEntry } from './showq.ts';

export interface QueueListing {
  /** In showq(8)'s order: active, incoming, deferred, hold; oldest first. */
  list(options?: { readonly queue?: QueueName; readonly limit?: number }): readonly QueuedMessage[];
  /** The same for postqueue(1): showq.ts prints it. */
  listQueue(options?: { readonly queue?: QueueName; readonly limit?: number }): readonly QueueListEntry[];
  counts(): Readonly<Record<QueueName, number>>;
}

const STORED: readonly QueueName[] = ['incoming', 'deferred', 'hold'];
const PAGE = 1000;

/** As it stands while an attempt is under way: who is done with is gone, who has to wait has a reason. */
function activeView(active: ActiveMessage): QueuedMessage {
  const { message } = active;
  const done = new Set(active.collected.done);
  for (const outcome of active.outcomes) {
    if (!active.waiting.has(outcome.recipientIndex)) done.add(outcome.recipientIndex);
  }
  return {
    ...message,
    queue: 'active',
    recipients: message.recipients
      .filter((recipient) => !done.has(recipient.index))
      .map((recipient) => ({
        ...recipient,
        reason: active.waiting.get(recipient.index) ?? recipient.reason,
      })),
  };
}

function entryOf(message: QueuedMessage): QueueListEntry {
  return {
    queue_name: message.queue,
    queue_id: message.queueId,
    arrival_time: Math.floor(message.arrivedAt / 1000),
    message_size: message.queueSize,
    forced_expire: message.forcedExpire,
    sender: message.sender === '' ? 'MAILER-DAEMON' : quoteAddress(message.sender),
    recipients: message.recipients.map((recipient) => ({
      address: quoteAddress(recipient.address),
      delay_reason: recipient.reason,
    })),
  };
}

export function createListing(dependencies: {
  readonly store: Pick<QueueStore, 'list' | 'counts'>;
  readonly activeMessages: ReadonlyMap<QueueId, ActiveMessage>;
}): QueueListing {
  const { store, activeMessages } = dependencies;

  function* stored(queue: QueueName): Generator<QueuedMessage> {
    let after: QueueId | undefined;
    for (;;) {
      const page = store.list({ queue, limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const message of page) if (!activeMessages.has(message.queueId)) yield message;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.queueId;
    }
  }

  function list(options: { readonly queue?: QueueName; readonly limit?: number } = {}) {
    const { queue, limit = Infinity } = options;
    const found: QueuedMessage[] = [];
    if (queue === undefined || queue === 'active') {
      for (const active of activeMessages.values()) {
        if (found.length >= limit) return found;
        found.push(activeView(active));
      }
    }
    for (const name of STORED) {
      if (queue !== undefined && queue !== name) continue;
      for (const message of stored(name)) {
        if (found.length >= limit) return found;
        found.push(message);
      }
    }
    return found;
  }

  return {
    list,
    listQueue: (options) => list(options).map(entryOf),
    counts() {
      const counts = { ...store.counts(), active: activeMessages.size };
      // what is active is incoming or deferred for the store
      for (const { message } of activeMessages.values()) {
        if (message.queue === 'deferred') counts.deferred = Math.max(0, counts.deferred - 1);
        else if (message.queue === 'incoming') counts.incoming = Math.max(0, counts.incoming - 1);
      }
      return counts;
    },
  };
}
