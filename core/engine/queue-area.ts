/** The queue as the calls see it: qmgr's listing and orders, in the contract's words. */
import type { QueueArea } from '../api/areas/queue.ts';
import type { QueueEntry, QueueFolder } from '../api/contract/queue.ts';
import type { QueuedMessage, QueueName } from '../mail/message.ts';
import { isQueueId, type QueueId } from '../mail/queue-id.ts';
import type { Ids, QueueOperations } from '../queue/operations.ts';
import type { Qmgr } from '../queue/qmgr.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { createLogFilter } from './log-filter.ts';
import type { LogReader } from './log-reader.ts';

/** Of one message: a list of thousands has a line for each recipient. */
const MOST_LOG_LINES = 50_000;

type Order = Parameters<QueueArea['act']>[0];

export function createQueueArea(dependencies: {
  readonly qmgr: Qmgr;
  readonly store: Pick<Store, 'queue' | 'mail'>;
  readonly logReader: Pick<LogReader, 'find'>;
  readonly clock: Clock;
}): QueueArea {
  const { qmgr, store, logReader, clock } = dependencies;

  function toEntry(message: QueuedMessage): QueueEntry {
    const { queueId, messageId, queue, arrivedAt, size, sender, holdReason, attempts, forcedExpire } =
      message;
    const isScheduled = queue === 'deferred';
    return {
      queueId,
      messageId,
      queue,
      arrivedAt,
      size,
      sender,
      subject: store.mail.subject(messageId) ?? '',
      recipients: message.recipients.map(({ address, originalAddress, reason, attempts: tries }) => ({
        address,
        originalAddress,
        reason,
        attempts: tries,
      })),
      holdReason,
      nextAttemptAt: isScheduled ? message.nextAttemptAt : null,
      attempts,
      forcedExpire,
    };
  }

  return {
    list({ queue, limit }) {
      if (queue === 'maildrop') return Promise.resolve([]);
      const entries = qmgr.list({ limit, ...(queue === undefined ? {} : { queue }) });
      return Promise.resolve(entries.map(toEntry));
    },
    counts: () => Promise.resolve(qmgr.counts()),
    bouncedToday() {
      const midnight = new Date(clock.now());
      midnight.setHours(0, 0, 0, 0);
      return Promise.resolve(store.queue.bouncedSince(midnight.getTime()));
    },
    act: (order) => orders[order.action](qmgr, order),
    cat(queueId, what) {
      return Promise.resolve(isQueueId(queueId) ? qmgr.cat(queueId, what) : undefined);
    },
    async log(queueId) {
      const passes = createLogFilter({ queueId, session: '', program: '', text: '' });
      const { lines } = await logReader.find({ passes, limit: MOST_LOG_LINES });
      return lines.map(({ text }) => text);
    },
  };
}

const idsOf = (order: Order): Ids => (order.ids === 'ALL' ? 'ALL' : order.ids.filter((id) => isQueueId(id)));

/** Nothing is in the maildrop here: what sendmail(1) hands in goes through cleanup at once. */
function fromOf(order: Order): { readonly from: QueueName } | Record<string, never> {
  const isStored = (queue: QueueFolder | undefined): queue is QueueName =>
    queue !== undefined && queue !== 'maildrop';
  return isStored(order.queue) ? { from: order.queue } : {};
}

const orders: Readonly<
  Record<Order['action'], (qmgr: QueueOperations, order: Order) => Promise<readonly QueueId[]>>
> = {
  flush: (qmgr, order) => qmgr.flush(idsOf(order), order.site === undefined ? {} : { site: order.site }),
  hold: (qmgr, order) => qmgr.hold(idsOf(order), fromOf(order)),
  release: (qmgr, order) => qmgr.release(idsOf(order)),
  requeue: (qmgr, order) => qmgr.requeue(idsOf(order), fromOf(order)),
  delete: (qmgr, order) => qmgr.remove(idsOf(order), fromOf(order)),
  expire: (qmgr, order) => qmgr.expire(idsOf(order), fromOf(order)),
};
