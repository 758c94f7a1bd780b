/** The queue side of the store: what qmgr(8), showq(8) and postsuper(1) use. */
import type { QueueId } from '../mail/queue-id.ts';
import type { QueuedMessage } from '../mail/message.ts';
import { createSnapshot, INT, type Connection } from './database.ts';
import { createContentReader, createHeaderReader } from './read/content.ts';
import { createOutcomeReader } from './read/outcomes.ts';
import { createQueuedReader } from './read/queued.ts';
import type { ReadCounter } from './read/counts.ts';
import type { StoredQueue } from './store.ts';
import { emptyBaggage, packMessage, packSettlement, type Touched } from './wire.ts';
import type { Writer } from './writer.ts';
import type { ChangeCollector } from './changes.ts';
import type { Clock } from '../util/clock.ts';

export interface QueueStoreDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly changes: ChangeCollector;
  readonly readCounter: ReadCounter;
  readonly clock: Clock;
}

const isDefined = (m: QueuedMessage | undefined): m is QueuedMessage => m !== undefined;

export function createQueueStore(dependencies: QueueStoreDependencies): StoredQueue {
  const { db, readCounter } = dependencies;
  const queued = createQueuedReader(db);
  const outcomes = createOutcomeReader(db);
  const snapshot = createSnapshot(db);
  const due = createDue(db);
  const list = createList(db);
  const nextDue = db
    .prepare(
      "SELECT next_attempt_at FROM queue_entry WHERE queue = 'deferred' ORDER BY next_attempt_at LIMIT 1",
    )
    .pluck();
  let lastId = readCounter('last_id');

  const load = (numbers: readonly number[]) =>
    numbers.map((number) => queued.byNumber(number)).filter(isDefined);
  return {
    ...createQueueWrites(dependencies),
    allocate: () => ++lastId,
    due: (now, limit, excluding) => snapshot(() => load(due(now, limit, excluding))),
    nextDueAt: () => (nextDue.get() as number | undefined) ?? null,
    load: (queueId) => queued.byQueueId(queueId),
    list({ queue, limit, after }) {
      const from = after === undefined ? 0 : queued.numberOf(after);
      if (from === undefined) return [];
      return snapshot(() => load(list(queue, from, limit)));
    },
    counts: () => ({
      incoming: readCounter('queue:incoming'),
      deferred: readCounter('queue:deferred'),
      hold: readCounter('queue:hold'),
    }),
    unreported: (messageId) => outcomes.unreported(messageId),
    deferredOutcomes: (messageId) => outcomes.deferred(messageId),
    bouncedSince: (at) => outcomes.bouncedSince(at),
    content: createContentReader(db),
    header: createHeaderReader(db),
  };
}

type QueueWrites = Pick<
  StoredQueue,
  'accept' | 'settle' | 'file' | 'move' | 'remove' | 'putBack' | 'expire' | 'makeDue'
>;

/** What changes the queue: sent to the writer, told to listeners once it is on disk. */
function createQueueWrites({ writer, changes, clock }: QueueStoreDependencies): QueueWrites {
  const tell = ({ queueIds, messageIds }: Touched) => {
    if (messageIds.length > 0) changes.queue(messageIds);
    return queueIds;
  };
  return {
    async accept(messages) {
      const baggage = emptyBaggage();
      const packed = messages.map((message) => packMessage(message, baggage));
      await writer.write('accept', { messages: packed }, baggage);
      for (const { messageId } of messages) changes.arrived(messageId);
    },
    async settle(settlement) {
      const baggage = emptyBaggage();
      await writer.write('settle', { settlement: packSettlement(settlement, baggage) }, baggage);
      for (const { messageId } of settlement.create) changes.arrived(messageId);
      changes.queue([settlement.messageId]);
    },
    async file(mails) {
      const baggage = emptyBaggage();
      const packed = mails.map(({ message, settlement }) => ({
        message: packMessage(message, baggage),
        settlement: packSettlement(settlement, baggage),
      }));
      await writer.write('file', { mails: packed }, baggage);
      for (const { message } of mails) changes.arrived(message.messageId);
    },
    move: async (ids, to, options = {}) => tell(await writer.write('move', { ids, to, ...options })),
    remove: async (ids, options = {}) => tell(await writer.write('remove', { ids, ...options })),
    putBack: async (entries) => tell(await writer.write('putBack', { entries })),
    expire: async (ids, options = {}) =>
      tell(await writer.write('expire', { ids, at: clock.now(), ...options })),
    makeDue: async (ids, at) => tell(await writer.write('makeDue', { ids, at })),
  };
}

type DueNumbers = (now: number, limit: number, excluding: ReadonlySet<QueueId>) => readonly number[];

/** Oldest first in each queue, one of each in turn, so that neither a backlog nor new mail starves the other. */
function createDue(db: Connection): DueNumbers {
  const select = db
    .prepare(
      `SELECT q.message_id, q.queue_id FROM queue_entry q
       WHERE q.queue = ? AND q.next_attempt_at <= ${INT} ORDER BY q.next_attempt_at, q.message_id`,
    )
    .raw();
  const take = (queue: string, until: number, limit: number, excluding: ReadonlySet<QueueId>) => {
    const numbers: number[] = [];
    if (limit <= 0) return numbers;
    for (const [number, queueId] of select.iterate(queue, until) as Iterable<[number, QueueId]>) {
      if (!excluding.has(queueId)) numbers.push(number);
      if (numbers.length >= limit) break;
    }
    return numbers;
  };
  return (now, limit, excluding) => {
    const incoming = take('incoming', Number.MAX_SAFE_INTEGER, limit, excluding);
    const deferred = take('deferred', now, limit, excluding);
    const merged: number[] = [];
    for (let i = 0; merged.length < limit && (i < incoming.length || i < deferred.length); i++) {
      const pair = [incoming[i], deferred[i]].filter((n) => n !== undefined);
      merged.push(...pair);
    }
    return merged.slice(0, limit);
  };
}

type ListNumbers = (queue: string | undefined, after: number, limit: number) => readonly number[];

function createList(db: Connection): ListNumbers {
  const all = db
    .prepare(`SELECT message_id FROM queue_entry WHERE message_id > ${INT} ORDER BY message_id LIMIT ${INT}`)
    .pluck();
  const one = db
    .prepare(
      `SELECT message_id FROM queue_entry WHERE queue = ? AND message_id > ${INT} ORDER BY message_id LIMIT ${INT}`,
    )
    .pluck();
  return (queue, after, limit) =>
    (queue === undefined ? all.all(after, limit) : one.all(queue, after, limit)) as number[];
}
