/** Stores a message that cleanup completed: its row, bytes, recipients, queue entry and journey so far. */
import type { Connection } from '../database.ts';
import { notifyToBits } from '../notify-bits.ts';
import type { StoredMessage } from '../wire.ts';
import type { Counters, Flags } from './counters.ts';
import { createAddJourney } from './journeys.ts';

/** Lists show no more of a header; an address list of 10,000 would make them slow. */
const LONGEST_SUMMARY = 1000;

const short = (text: string) =>
  text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY)}…`;
const bit = (value: boolean) => (value ? 1 : 0);

/** `parentId` is the message that gave rise to this one. */
export type Accept = (message: StoredMessage, parentId: number | null) => void;

const MESSAGE_COLUMNS = [
  'id',
  'queue_id',
  'arrived_at',
  'origin',
  'client_name',
  'client_address',
  'client_port',
  'helo',
  'protocol',
  'sasl_method',
  'sasl_username',
  'service',
  'sender',
  'ret',
  'envid',
  'smtputf8',
  'encoding',
  'size',
  'queue_size',
  'header_from',
  'header_to',
  'subject',
  'header_date',
  'header_message_id',
  'filter',
  'verify',
  'wants_report',
  'verp',
  'recipient_count',
  'parent_id',
];

function toRow(m: StoredMessage, parentId: number | null): readonly unknown[] {
  const { client, summary } = m;
  return [
    m.messageId,
    m.queueId,
    m.arrivedAt,
    m.origin,
    client?.name,
    client?.address,
    client?.port,
    client?.helo,
    client?.protocol,
    client?.saslMethod,
    client?.saslUsername,
    client?.service,
    m.sender,
    m.ret,
    m.envid,
    bit(m.smtputf8),
    m.encoding,
    m.size,
    m.queueSize,
    short(summary.from),
    short(summary.to),
    short(summary.subject),
    summary.date,
    summary.messageId,
    m.filter,
    bit(m.verify),
    bit(m.wantsReport),
    m.verp,
    m.recipients.length,
    parentId,
  ];
}

const NEW_FLAGS: Flags = { isRead: false, isStarred: false, isUndeliverable: false, isDeleted: false };

export function createAccept(db: Connection, counters: Counters): Accept {
  const insertMessage = db.prepare(
    `INSERT INTO message (${MESSAGE_COLUMNS.join(', ')}) VALUES (${MESSAGE_COLUMNS.map(() => '?').join(', ')})`,
  );
  const insertContent = db.prepare(
    'INSERT INTO content (message_id, header, body_offset, body, raw) VALUES (?, ?, ?, ?, ?)',
  );
  const insertRecipient = db.prepare(
    'INSERT INTO recipient (message_id, idx, address, original_address, notify, orcpt) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertEntry = db.prepare(
    'INSERT INTO queue_entry (message_id, queue_id, queue, next_attempt_at, hold_reason) VALUES (?, ?, ?, ?, ?)',
  );
  const addJourney = createAddJourney(db, counters);
  const insertUnindexed = db.prepare('INSERT INTO unindexed (message_id) VALUES (?)');

  return (message, parentId) => {
    const { messageId, content, hold } = message;
    insertMessage.run(...toRow(message, parentId));
    insertContent.run(messageId, content.header, content.bodyOffset, content.body, content.raw);
    message.recipients.forEach((r, index) => {
      insertRecipient.run(messageId, index, r.address, r.originalAddress, notifyToBits(r.notify), r.orcpt);
    });
    const queue = hold === null ? 'incoming' : 'hold';
    insertEntry.run(messageId, message.queueId, queue, message.arrivedAt, hold ?? '');
    addJourney(messageId, message.journey);
    insertUnindexed.run(messageId);

    counters.reach(messageId);
    counters.arrived(messageId, message.arrivedAt);
    counters.add('messages', 1);
    counters.add('bytes', message.size);
    counters.add(`queue:${queue}`, 1);
    counters.reflag(null, NEW_FLAGS, []);
  };
}
