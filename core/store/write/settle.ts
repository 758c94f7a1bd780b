/** Stores what one delivery attempt changed. A message that left the queue meanwhile takes nothing more. */
import type { Outcome } from '../../mail/message.ts';
import { INT, type Connection } from '../database.ts';
import type { StoredSettlement } from '../wire.ts';
import type { Accept } from './accept.ts';
import type { Counters } from './counters.ts';
import { createStoreDeliveries } from './deliveries.ts';
import { createFiling } from './filing.ts';
import { toFlags, type FlagRow } from './flags.ts';
import { createAddJourney } from './journeys.ts';
import { createStoreOutcomes } from './outcomes.ts';

interface Entry extends FlagRow {
  readonly queue: 'incoming' | 'deferred' | 'hold';
  readonly attempts: number;
}

export type Settle = (settlement: StoredSettlement) => void;

const isFailure = (outcome: Outcome) => outcome.status === 'bounced' || outcome.status === 'undeliverable';

export function createSettle(db: Connection, counters: Counters, accept: Accept): Settle {
  const findEntry = db.prepare(
    `SELECT q.queue, q.attempts, m.is_read, m.is_starred, m.is_undeliverable, m.deleted_at
       FROM queue_entry q JOIN message m ON m.id = q.message_id WHERE q.message_id = ${INT}`,
  );
  const exists = db.prepare('SELECT 1 FROM message WHERE id = ?').pluck();
  const setUndeliverable = db.prepare('UPDATE message SET is_undeliverable = 1 WHERE id = ?');
  const setReported = db.prepare(
    `UPDATE outcome SET is_reported = 1 WHERE message_id = ${INT} AND is_reported = 0 AND status <> 'deferred'`,
  );
  const setWarned = db.prepare('UPDATE queue_entry SET warned_at = ? WHERE message_id = ?');
  const addJourney = createAddJourney(db, counters);
  const filing = createFiling(db, counters);
  const storeOutcomes = createStoreOutcomes(db, counters, filing);
  const storeDeliveries = createStoreDeliveries(db, filing);
  const storeRecipients = createStoreRecipients(db);
  const moveOn = createMoveOn(db, counters);

  return (s) => {
    const entry = findEntry.get(s.messageId) as Entry | undefined;
    if (entry === undefined) return;
    const flags = toFlags(entry);
    for (const message of s.create) {
      if (exists.get(message.row[0]) === undefined) accept(message, s.messageId);
    }
    storeOutcomes(s, flags, entry.attempts > 0);
    storeDeliveries(s, flags);
    if (!flags.isUndeliverable && s.outcomes.some(isFailure)) {
      setUndeliverable.run(s.messageId);
      counters.reflag(flags, { ...flags, isUndeliverable: true }, []);
    }
    storeRecipients(s);
    addJourney(s.messageId, s.journey);
    if (s.reported === true) setReported.run(s.messageId);
    if (s.warnedAt !== undefined) setWarned.run(s.warnedAt, s.messageId);
    moveOn(s, entry.queue);
  };
}

function createStoreRecipients(db: Connection): (s: StoredSettlement) => void {
  const setDone = db.prepare(
    `UPDATE recipient SET state = 'done' WHERE message_id = ${INT} AND idx = ${INT}`,
  );
  const setDeferred = db.prepare(
    `UPDATE recipient SET attempts = attempts + 1, reason = ? WHERE message_id = ${INT} AND idx = ${INT}`,
  );
  return ({ messageId, next, doneRecipients, deferredRecipients }) => {
    // Without a queue entry nothing asks who is done: the usual case costs nothing.
    if (next?.kind !== 'removed') for (const index of doneRecipients) setDone.run(messageId, index);
    for (const { index, reason } of deferredRecipients) setDeferred.run(reason, messageId, index);
  };
}

/** Takes the entry out of the queue, or moves it to the next one. */
function createMoveOn(
  db: Connection,
  counters: Counters,
): (s: StoredSettlement, from: Entry['queue']) => void {
  const deleteEntry = db.prepare('DELETE FROM queue_entry WHERE message_id = ?');
  const deferEntry = db.prepare(
    "UPDATE queue_entry SET queue = 'deferred', next_attempt_at = ?, hold_reason = '', attempts = attempts + 1 WHERE message_id = ?",
  );
  const countAttempt = db.prepare('UPDATE queue_entry SET attempts = attempts + 1 WHERE message_id = ?');
  const holdEntry = db.prepare("UPDATE queue_entry SET queue = 'hold', hold_reason = ? WHERE message_id = ?");
  return ({ messageId, next }, from) => {
    if (next === undefined) return;
    if (next.kind === 'deferred' && from === 'hold') {
      // Put on hold while it was being delivered (postsuper -h): there it stays.
      countAttempt.run(messageId);
      return;
    }
    counters.add(`queue:${from}`, -1);
    if (next.kind === 'removed') {
      deleteEntry.run(messageId);
      return;
    }
    counters.add(`queue:${next.kind}`, 1);
    if (next.kind === 'hold') holdEntry.run(next.reason, messageId);
    else deferEntry.run(next.nextAttemptAt, messageId);
  };
}
