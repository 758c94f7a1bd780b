/** Stores what one delivery attempt changed. A message that left the queue meanwhile takes nothing more. */
import type { Outcome } from '../../mail/message.ts';
import { INT, type Connection } from '../database.ts';
import { notifyToBits } from '../notify-bits.ts';
import type { StoredMessage, WireSettlement } from '../wire.ts';
import type { Accept } from './accept.ts';
import type { Counters, Flags } from './counters.ts';
import { createFiling } from './filing.ts';
import { createAddJourney } from './journeys.ts';
import { mailboxesOf } from './mailbox-of.ts';

interface Entry {
  readonly queue: 'incoming' | 'deferred' | 'hold';
  readonly attempts: number;
  readonly is_read: number;
  readonly is_undeliverable: number;
  readonly deleted_at: number | null;
}

export type Settle = (
  settlement: Omit<WireSettlement, 'create'> & { readonly create: readonly StoredMessage[] },
) => void;

const isFailure = (outcome: Outcome) => outcome.status === 'bounced' || outcome.status === 'undeliverable';

/** The name by which aliases(5) was asked, when the answer was another address. */
function aliasName(queued: string | undefined, outcome: Outcome): string | undefined {
  if (queued === undefined) return undefined;
  const asked = queued.toLowerCase();
  if (asked === outcome.address.toLowerCase()) return undefined;
  const at = asked.lastIndexOf('@');
  return at < 0 ? asked : asked.slice(0, at);
}

export function createSettle(db: Connection, counters: Counters, accept: Accept): Settle {
  const findEntry = db.prepare(
    `SELECT q.queue, q.attempts, m.is_read, m.is_undeliverable, m.deleted_at
       FROM queue_entry q JOIN message m ON m.id = q.message_id WHERE q.message_id = ${INT}`,
  );
  const exists = db.prepare('SELECT 1 FROM message WHERE id = ?').pluck();
  const dropDeferred = db.prepare(
    `DELETE FROM outcome WHERE message_id = ${INT} AND recipient_idx = ${INT} AND status = 'deferred'`,
  );
  const insertOutcome = db.prepare(
    `INSERT INTO outcome (message_id, seq, recipient_idx, address, original_address, status, dsn, reason, relay, action,
       diagnostic_type, diagnostic_text, remote_mta, notify, return_to, started_at, finished_at, mailbox)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const queuedAddress = db
    .prepare(`SELECT address FROM recipient WHERE message_id = ${INT} AND idx = ${INT}`)
    .pluck();
  const insertDelivery = db.prepare(
    `INSERT OR IGNORE INTO delivery (message_id, recipient_idx, mailbox, address, nth, head, delivered_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const setUndeliverable = db.prepare('UPDATE message SET is_undeliverable = 1 WHERE id = ?');
  const setDone = db.prepare(
    `UPDATE recipient SET state = 'done' WHERE message_id = ${INT} AND idx = ${INT}`,
  );
  const setDeferred = db.prepare(
    `UPDATE recipient SET attempts = attempts + 1, reason = ? WHERE message_id = ${INT} AND idx = ${INT}`,
  );
  const addJourney = createAddJourney(db, counters);
  const setReported = db.prepare(
    `UPDATE outcome SET is_reported = 1 WHERE message_id = ${INT} AND is_reported = 0 AND status <> 'deferred'`,
  );
  const setWarned = db.prepare('UPDATE queue_entry SET warned_at = ? WHERE message_id = ?');
  const deleteEntry = db.prepare('DELETE FROM queue_entry WHERE message_id = ?');
  const setQueue = db.prepare(
    `UPDATE queue_entry SET queue = ?, next_attempt_at = ?, hold_reason = ?, attempts = attempts + 1
     WHERE message_id = ?`,
  );
  const countAttempt = db.prepare('UPDATE queue_entry SET attempts = attempts + 1 WHERE message_id = ?');
  const holdEntry = db.prepare("UPDATE queue_entry SET queue = 'hold', hold_reason = ? WHERE message_id = ?");
  const filing = createFiling(db, counters);

  function storeOutcomes(s: Parameters<Settle>[0], flags: Flags, isRetry: boolean): void {
    const { messageId, outcomes } = s;
    if (outcomes.length === 0) return;
    if (isRetry) {
      for (const index of new Set(outcomes.map((o) => o.recipientIndex))) dropDeferred.run(messageId, index);
    }
    const mailboxes = mailboxesOf(outcomes, s.mailboxDeliveries);
    outcomes.forEach((o, index) => {
      insertOutcome.run(messageId, counters.nextSeq(), ...outcomeRow(o), mailboxes[index]);
      if (o.relay !== 'local') return;
      const alias = aliasName(queuedAddress.get(messageId, o.recipientIndex) as string | undefined, o);
      if (alias !== undefined) filing.file(messageId, 'alias', alias, flags);
    });
  }

  function storeDeliveries(s: Parameters<Settle>[0], flags: Flags): void {
    const seen = new Map<string, number>();
    for (const d of s.mailboxDeliveries) {
      const key = `${d.recipientIndex}\0${d.mailbox}\0${d.address}`;
      const nth = seen.get(key) ?? 0;
      seen.set(key, nth + 1);
      const at = s.outcomes.find((o) => o.recipientIndex === d.recipientIndex)?.finishedAt ?? 0;
      insertDelivery.run(s.messageId, d.recipientIndex, d.mailbox, d.address, nth, d.head, at);
      filing.file(s.messageId, 'mailbox', d.mailbox, flags);
    }
  }

  function moveOn(s: Parameters<Settle>[0], from: Entry['queue']): void {
    const next = s.next;
    if (next === undefined) return;
    if (next.kind === 'removed') {
      deleteEntry.run(s.messageId);
      counters.add(`queue:${from}`, -1);
      return;
    }
    if (next.kind === 'hold') {
      holdEntry.run(next.reason, s.messageId);
    } else if (from === 'hold') {
      // Put on hold while it was being delivered (postsuper -h): there it stays.
      countAttempt.run(s.messageId);
      return;
    } else {
      setQueue.run('deferred', next.nextAttemptAt, '', s.messageId);
    }
    counters.add(`queue:${from}`, -1);
    counters.add(`queue:${next.kind}`, 1);
  }

  function storeRecipients(s: Parameters<Settle>[0]): void {
    const { messageId } = s;
    if (s.next?.kind !== 'removed') for (const index of s.doneRecipients) setDone.run(messageId, index);
    for (const { index, reason } of s.deferredRecipients) setDeferred.run(reason, messageId, index);
  }

  return (s) => {
    const entry = findEntry.get(s.messageId) as Entry | undefined;
    if (entry === undefined) return;
    const before: Flags = {
      isRead: entry.is_read === 1,
      isUndeliverable: entry.is_undeliverable === 1,
      isDeleted: entry.deleted_at !== null,
    };
    for (const message of s.create) {
      if (exists.get(message.messageId) === undefined) accept(message, s.messageId);
    }
    storeOutcomes(s, before, entry.attempts > 0);
    storeDeliveries(s, before);
    if (!before.isUndeliverable && s.outcomes.some(isFailure)) {
      setUndeliverable.run(s.messageId);
      counters.reflag(before, { ...before, isUndeliverable: true }, []);
    }
    storeRecipients(s);
    addJourney(s.messageId, s.journey);
    if (s.reported === true) setReported.run(s.messageId);
    if (s.warnedAt !== undefined) setWarned.run(s.warnedAt, s.messageId);
    moveOn(s, entry.queue);
  };
}

function outcomeRow(o: Outcome): readonly unknown[] {
  return [
    o.recipientIndex,
    o.address,
    o.originalAddress,
    o.status,
    o.dsn,
    o.reason,
    o.relay,
    o.action,
    o.diagnostic?.type,
    o.diagnostic?.text,
    o.remoteMta,
    o.notify === undefined ? undefined : notifyToBits(o.notify),
    o.returnTo,
    o.startedAt,
    o.finishedAt,
  ];
}
