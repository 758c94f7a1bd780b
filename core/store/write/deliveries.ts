/** Puts a message into mailboxes: a row each. The same delivery again is no second one. */
import type { Connection } from '../database.ts';
import type { StoredSettlement } from '../wire.ts';
import type { Flags } from './counters.ts';
import type { Filing } from './filing.ts';

export type StoreDeliveries = (settlement: StoredSettlement, flags: Flags) => void;

export function createStoreDeliveries(db: Connection, filing: Filing): StoreDeliveries {
  const insertDelivery = db.prepare(
    `INSERT OR IGNORE INTO delivery (message_id, recipient_idx, mailbox, address, nth, head, delivered_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectSize = db.prepare('SELECT size FROM message WHERE id = ?').pluck();

  return ({ messageId, outcomes, mailboxDeliveries }, flags) => {
    if (mailboxDeliveries.length === 0) return;
    const size = selectSize.get(messageId) as number;
    const seen = new Map<string, number>();
    for (const d of mailboxDeliveries) {
      const key = `${d.recipientIndex}\0${d.mailbox}\0${d.address}`;
      const nth = seen.get(key) ?? 0;
      seen.set(key, nth + 1);
      const at = outcomes.find((o) => o.recipientIndex === d.recipientIndex)?.finishedAt ?? 0;
      const { changes } = insertDelivery.run(
        messageId,
        d.recipientIndex,
        d.mailbox,
        d.address,
        nth,
        d.head,
        at,
      );
      if (changes === 0) continue;
      filing.file(messageId, { kind: 'mailbox', name: d.mailbox }, size + Buffer.byteLength(d.head), flags);
    }
  };
}
