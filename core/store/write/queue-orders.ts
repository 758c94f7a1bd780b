/** What postsuper(1) and postqueue(1) order: move, delete, expire, make due. */
import type { JourneyEntry } from '../../mail/journey.ts';
import { messageNumbers, type QueueId } from '../../mail/queue-id.ts';
import { INT, type Connection } from '../database.ts';
import type { MoveOrder, Operations, Touched } from '../wire.ts';
import type { Counters } from './counters.ts';
import { createAddJourney } from './journeys.ts';

interface EntryRow {
  readonly message_id: number;
  readonly queue_id: QueueId;
  readonly queue: 'incoming' | 'deferred' | 'hold';
}

export interface QueueOrders {
  move(order: MoveOrder): Touched;
  remove(order: Operations['remove']['in']): Touched;
  putBack(order: Operations['putBack']['in']): Touched;
  makeDue(order: Operations['makeDue']['in']): Touched;
  expire(order: Operations['expire']['in']): Touched;
}

const toJson = (journey: readonly JourneyEntry[] | undefined) =>
  journey === undefined || journey.length === 0 ? '' : JSON.stringify(journey);

const touched = (entries: readonly EntryRow[]): Touched => ({
  queueIds: entries.map((e) => e.queue_id),
  messageIds: entries.map((e) => e.message_id),
});

function createSelection(db: Connection) {
  const all = db.prepare('SELECT message_id, queue_id, queue FROM queue_entry ORDER BY message_id');
  const byNumber = db.prepare(
    `SELECT message_id, queue_id, queue FROM queue_entry WHERE message_id = ${INT} AND queue_id = ?`,
  );
  const byName = db.prepare('SELECT message_id, queue_id, queue FROM queue_entry WHERE queue_id = ?');

  const find = (queueId: QueueId) => {
    for (const number of messageNumbers(queueId)) {
      const entry = byNumber.get(number, queueId);
      if (entry !== undefined) return entry as EntryRow;
    }
    return byName.get(queueId) as EntryRow | undefined;
  };
  return (ids: readonly QueueId[] | 'ALL', from: string | undefined): readonly EntryRow[] => {
    const found = ids === 'ALL' ? (all.all() as EntryRow[]) : [...new Set(ids)].map(find);
    return found.filter((e): e is EntryRow => e !== undefined && (from === undefined || e.queue === from));
  };
}

export function createQueueOrders(db: Connection, counters: Counters): QueueOrders {
  const select = createSelection(db);
  const setQueue = db.prepare(
    `UPDATE queue_entry SET queue = ?, hold_reason = ?, next_attempt_at = coalesce(?, next_attempt_at)
     WHERE message_id = ${INT}`,
  );
  const deleteEntry = db.prepare(`DELETE FROM queue_entry WHERE message_id = ${INT}`);
  const setDeleted = db.prepare(
    `UPDATE recipient SET state = 'deleted' WHERE message_id = ${INT} AND state = 'waiting'`,
  );
  const insertEntry = db.prepare(
    `INSERT INTO queue_entry (message_id, queue_id, queue, next_attempt_at, hold_reason, attempts, warned_at, forced_expire)
     SELECT id, queue_id, ?, ?, ?, ?, ?, ? FROM message WHERE id = ${INT} AND queue_id = ? AND deleted_at IS NULL
     ON CONFLICT (message_id) DO NOTHING`,
  );
  const setWaiting = db.prepare(
    `UPDATE recipient SET state = 'waiting' WHERE message_id = ${INT} AND state = 'deleted'`,
  );
  const setDue = db.prepare(`UPDATE queue_entry SET next_attempt_at = ? WHERE message_id = ${INT}`);
  const setExpired = db.prepare(
    `UPDATE queue_entry SET forced_expire = 1, next_attempt_at = min(next_attempt_at, ?)
     WHERE message_id = ${INT} AND forced_expire = 0`,
  );
  const addJourney = createAddJourney(db, counters);

  return {
    move(order) {
      const entries = select(order.ids, order.from).filter((e) => e.queue !== order.to);
      const journey = toJson(order.journey);
      for (const e of entries) {
        const reason = order.to === 'hold' ? (order.reason ?? '') : '';
        setQueue.run(order.to, reason, order.nextAttemptAt, e.message_id);
        counters.add(`queue:${e.queue}`, -1);
        counters.add(`queue:${order.to}`, 1);
        addJourney(e.message_id, journey);
      }
      return touched(entries);
    },
    remove(order) {
      const entries = select(order.ids, order.from);
      const journey = toJson(order.journey);
      for (const e of entries) {
        setDeleted.run(e.message_id);
        deleteEntry.run(e.message_id);
        counters.add(`queue:${e.queue}`, -1);
        addJourney(e.message_id, journey);
      }
      return touched(entries);
    },
    putBack({ entries }) {
      const back = entries.filter((e) => {
        const { queue, nextAttemptAt, holdReason, attempts, warnedAt, messageId, queueId } = e;
        const isForced = e.forcedExpire ? 1 : 0;
        const { changes } = insertEntry.run(
          queue,
          nextAttemptAt,
          holdReason,
          attempts,
          warnedAt,
          isForced,
          messageId,
          queueId,
        );
        if (changes === 0) return false;
        setWaiting.run(messageId);
        counters.add(`queue:${queue}`, 1);
        return true;
      });
      return { queueIds: back.map((e) => e.queueId), messageIds: back.map((e) => e.messageId) };
    },
    makeDue(order) {
      const entries = select(order.ids, 'deferred');
      for (const e of entries) setDue.run(order.at, e.message_id);
      return touched(entries);
    },
    expire(order) {
      const chosen = select(order.ids, order.from);
      // What is expired already is not changed.
      return touched(chosen.filter((e) => setExpired.run(order.at, e.message_id).changes > 0));
    },
  };
}
