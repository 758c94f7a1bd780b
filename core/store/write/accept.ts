/** Stores a message that cleanup completed: its row, bytes, recipients, queue entry and journey so far. */
import type { Connection } from '../database.ts';
import { MESSAGE_COLUMNS, RECIPIENT_COLUMNS } from '../message-row.ts';
import type { StoredMessage } from '../wire.ts';
import type { Counters, Flags } from './counters.ts';
import { createAddJourney } from './journeys.ts';

/** `parentId` is the message that gave rise to this one. */
export type Accept = (message: StoredMessage, parentId: number | null) => void;

const NEW_FLAGS: Flags = { isRead: false, isStarred: false, isUndeliverable: false, isDeleted: false };

const insertInto = (table: string, columns: readonly string[]) =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;

export function createAccept(db: Connection, counters: Counters): Accept {
  const insertMessage = db.prepare(insertInto('message', [...MESSAGE_COLUMNS, 'parent_id']));
  const insertContent = db.prepare(
    'INSERT INTO content (message_id, header, body_offset, body, raw) VALUES (?, ?, ?, ?, ?)',
  );
  const insertRecipient = db.prepare(insertInto('recipient', ['message_id', 'idx', ...RECIPIENT_COLUMNS]));
  const insertEntry = db.prepare(
    'INSERT INTO queue_entry (message_id, queue_id, queue, next_attempt_at, hold_reason) VALUES (?, ?, ?, ?, ?)',
  );
  const addJourney = createAddJourney(db, counters);
  const insertUnindexed = db.prepare('INSERT INTO unindexed (message_id) VALUES (?)');

  return (message, parentId) => {
    const { row, recipients, content, hold } = message;
    const [messageId, queueId, arrivedAt, size] = row;
    insertMessage.run(...row, parentId);
    insertContent.run(messageId, content.header, content.bodyOffset, content.body, content.raw);
    recipients.forEach((recipient, index) => {
      insertRecipient.run(messageId, index, ...recipient);
    });
    const queue = hold === null ? 'incoming' : 'hold';
    insertEntry.run(messageId, queueId, queue, arrivedAt, hold ?? '');
    addJourney(messageId, message.journey);
    insertUnindexed.run(messageId);

    counters.reach(messageId);
    counters.arrived(messageId, arrivedAt);
    counters.add('messages', 1);
    counters.add('bytes', size);
    counters.add(`queue:${queue}`, 1);
    counters.reflag(null, NEW_FLAGS, []);
  };
}
