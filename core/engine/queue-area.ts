/** The queue as the calls see it: qmgr's listing and orders, in the contract's words. */
import type { QueueArea } from '../api/areas/queue.ts';
import type { QueueEntry, QueueFolder, QueueRecipient } from '../api/contract/queue.ts';
import { createQueueSearch } from '../api/queue-search.ts';
import type { QueuedMessage, QueueName } from '../mail/message.ts';
import { isQueueId, type QueueId } from '../mail/queue-id.ts';
import type { Ids, QueueOperations } from '../queue/operations.ts';
import type { Qmgr } from '../queue/qmgr.ts';
import type { Schedule } from '../queue/schedule.ts';
import type { RemovedEntry, Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { createLogFilter } from './log-filter.ts';
import type { LogReader } from './log-reader.ts';
import type { QueueHistory } from './queue-history.ts';

/** Of one message: a list of thousands has a line for each recipient. */
const MOST_LOG_LINES = 50_000;

type Order = Parameters<QueueArea['act']>[0];

/** Deletions that can be undone: the last ones, and none of more messages than this. */
const MOST_UNDONE = 20;
const MOST_KEPT = 5_000;

export function createQueueArea(dependencies: {
  readonly qmgr: Qmgr;
  readonly store: Pick<Store, 'queue' | 'mail'>;
  readonly logReader: Pick<LogReader, 'find'>;
  readonly history: Pick<QueueHistory, 'minutes'>;
  readonly clock: Clock;
}): QueueArea {
  const { qmgr, store, logReader, history, clock } = dependencies;
  const deletions = createDeletions(store.queue);

  function toEntry(message: QueuedMessage, schedule: Schedule | undefined): QueueEntry {
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
      ...prospects(schedule, message),
      attempts,
      forcedExpire,
    };
  }

  function find(queue: QueueName | undefined, search: string, limit: number): readonly QueueEntry[] {
    const schedule = qmgr.schedule();
    const isFound = createQueueSearch(search);
    const within = search === '' ? { limit } : {};
    const entries = qmgr.list({ ...within, ...(queue === undefined ? {} : { queue }) });
    const all = entries.map((message) => toEntry(message, schedule));
    return search === '' ? all : all.filter(isFound).slice(0, limit);
  }

  return {
    list({ queue, search = '', limit }) {
      return Promise.resolve(queue === 'maildrop' ? [] : find(queue, search, limit));
    },
    counts: () => Promise.resolve(qmgr.counts()),
    bouncedToday() {
      const midnight = new Date(clock.now());
      midnight.setHours(0, 0, 0, 0);
      return Promise.resolve(store.queue.bouncedSince(midnight.getTime()));
    },
    async act(order) {
      if (order.action !== 'delete') return { changed: await orders[order.action](qmgr, order) };
      const before = deletions.snapshot(idsOf(order));
      const changed = await orders.delete(qmgr, order);
      return { changed, ...deletions.keep(before, changed) };
    },
    undo: (undo) => qmgr.putBack(deletions.take(undo)),
    recipients(queueId) {
      const message = isQueueId(queueId) ? store.queue.load(queueId) : undefined;
      return Promise.resolve(message === undefined ? undefined : recipientsOf(store.queue, message));
    },
    history: () => history.minutes(),
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

/** When the sender is told of the delay, and when there is no further try. */
function prospects(
  schedule: Schedule | undefined,
  { arrivedAt, sender, warnedAt }: QueuedMessage,
): Pick<QueueEntry, 'warnsAt' | 'expiresAt'> {
  if (schedule === undefined) return { warnsAt: null, expiresAt: null };
  const { delayWarningMs, maximalLifetimeMs, bounceLifetimeMs } = schedule;
  const isWarned = delayWarningMs === 0 || warnedAt !== null || sender === '';
  return {
    warnsAt: isWarned ? null : arrivedAt + delayWarningMs,
    expiresAt: arrivedAt + (sender === '' ? bounceLifetimeMs : maximalLifetimeMs),
  };
}

/** Each waiting recipient with its last answer. */
function recipientsOf(store: Store['queue'], message: QueuedMessage): readonly QueueRecipient[] {
  const answers = new Map(store.deferredOutcomes(message.messageId).map((o) => [o.recipientIndex, o]));
  return message.recipients.map(({ index, address, originalAddress, attempts, reason }) => {
    const answer = answers.get(index);
    return {
      address,
      originalAddress,
      attempts,
      relay: answer?.relay ?? '',
      dsn: answer?.dsn ?? '',
      reason: answer?.reason ?? reason,
      answeredAt: answer?.finishedAt ?? null,
    };
  });
}

/** What was deleted lately, as it was. */
function createDeletions(store: Store['queue']) {
  const kept = new Map<string, readonly RemovedEntry[]>();
  let last = 0;

  const isStored = (message: QueuedMessage): message is QueuedMessage & RemovedEntry =>
    message.queue !== 'active';

  return {
    snapshot(ids: Ids): readonly RemovedEntry[] {
      const messages =
        ids === 'ALL'
          ? store.list({ limit: MOST_KEPT + 1 })
          : ids.slice(0, MOST_KEPT + 1).flatMap((id) => store.load(id) ?? []);
      return messages.length > MOST_KEPT ? [] : messages.filter(isStored);
    },
    /** Only what is really gone: an agent may have had some of it. */
    keep(before: readonly RemovedEntry[], changed: readonly QueueId[]): { readonly undo?: string } {
      const gone = new Set(changed);
      const entries = before.filter(({ queueId }) => gone.has(queueId) && store.load(queueId) === undefined);
      if (entries.length === 0 || entries.length < changed.length) return {};
      const undo = String((last += 1));
      kept.set(undo, entries);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_UNDONE) break;
        kept.delete(oldest);
      }
      return { undo };
    },
    take(undo: string): readonly RemovedEntry[] {
      const entries = kept.get(undo) ?? [];
      kept.delete(undo);
      return entries;
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
  bounce: (qmgr, order) => qmgr.bounce(idsOf(order), fromOf(order)),
  schedule: (qmgr, order) =>
    order.at === undefined ? Promise.resolve([]) : qmgr.tryAt(idsOf(order), order.at),
};
