/** Stores outcomes, one row for each `to=<>` line, and files the message under the alias that it came in for. */
import type { Outcome } from '../../mail/message.ts';
import { INT, type Connection } from '../database.ts';
import { notifyToBits } from '../notify-bits.ts';
import type { StoredSettlement } from '../wire.ts';
import type { Counters, Flags } from './counters.ts';
import type { Filing } from './filing.ts';
import { mailboxesOf } from './mailbox-of.ts';

/** `isRetry`: earlier answers of the same recipients may be there, and give way. */
export type StoreOutcomes = (settlement: StoredSettlement, flags: Flags, isRetry: boolean) => void;

/** The name by which aliases(5) was asked, when the answer was another address. */
function aliasName(queued: string | undefined, outcome: Outcome): string | undefined {
  if (queued === undefined) return undefined;
  const asked = queued.toLowerCase();
  if (asked === outcome.address.toLowerCase()) return undefined;
  const at = asked.lastIndexOf('@');
  return at < 0 ? asked : asked.slice(0, at);
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

export function createStoreOutcomes(db: Connection, counters: Counters, filing: Filing): StoreOutcomes {
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

  return ({ messageId, outcomes, mailboxDeliveries }, flags, isRetry) => {
    if (isRetry) {
      for (const index of new Set(outcomes.map((o) => o.recipientIndex))) dropDeferred.run(messageId, index);
    }
    const mailboxes = mailboxesOf(outcomes, mailboxDeliveries);
    outcomes.forEach((o, index) => {
      insertOutcome.run(messageId, counters.nextSeq(), ...outcomeRow(o), mailboxes[index]);
      if (o.relay !== 'local') return;
      const alias = aliasName(queuedAddress.get(messageId, o.recipientIndex) as string | undefined, o);
      if (alias !== undefined) filing.file(messageId, { kind: 'alias', name: alias }, 0, flags);
    });
  };
}
