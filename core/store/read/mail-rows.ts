/** Rows of the message list. */
import { INT, type Connection } from '../database.ts';
import type { MailRow } from '../mail-store.ts';
import { createThreadReader } from './threads.ts';
import { createFateReader, type FateInput } from './fates.ts';

/** More of one message are not shown in a list. */
const FATES_IN_LIST = 20;

export interface ListRow extends FateInput {
  readonly queue_id: string;
  readonly arrived_at: number;
  readonly sender: string;
  readonly header_from: string;
  readonly header_to: string;
  readonly subject: string;
  readonly size: number;
  readonly is_read: number;
  readonly is_starred: number;
  readonly preview: string | null;
  readonly attachments: number | null;
}

export const LIST_COLUMNS = [
  'm.id, m.queue_id, m.arrived_at, m.sender, m.header_from, m.header_to, m.subject, m.size, m.is_read, m.is_starred',
  'm.is_undeliverable, m.recipient_count, d.preview, d.attachments, q.queue, q.next_attempt_at, q.hold_reason',
].join(', ');
export const LIST_JOINS =
  'LEFT JOIN digest d ON d.message_id = m.id LEFT JOIN queue_entry q ON q.message_id = m.id';

export function toMailRow(
  row: ListRow,
  fates: MailRow['fates'],
  about: Pick<MailRow, 'tags' | 'threadSize'>,
): MailRow {
  return {
    id: row.id,
    queueId: row.queue_id,
    arrivedAt: row.arrived_at,
    from: row.header_from === '' ? row.sender : row.header_from,
    to: row.header_to === '' ? fates.map((f) => f.recipient).join(', ') : row.header_to,
    subject: row.subject,
    preview: row.preview ?? '',
    size: row.size,
    attachments: row.attachments ?? 0,
    isRead: row.is_read === 1,
    isStarred: row.is_starred === 1,
    ...about,
    fates,
  };
}

/** Tags by name, and how large its conversation is. */
export function createAboutReader(db: Connection): (id: number) => Pick<MailRow, 'tags' | 'threadSize'> {
  const threads = createThreadReader(db);
  const select = db
    .prepare(
      `SELECT f.name FROM filed d JOIN folder f ON f.id = d.folder_id WHERE d.message_id = ${INT} AND f.kind = 'tag' ORDER BY f.name`,
    )
    .pluck();
  return (id) => ({ tags: select.all(id) as string[], threadSize: threads.size(id) });
}

export type CompleteRow = (row: ListRow) => MailRow;

export function createRowCompleter(db: Connection): CompleteRow {
  const fates = createFateReader(db);
  const about = createAboutReader(db);
  return (row) => toMailRow(row, fates.some(row, FATES_IN_LIST), about(row.id));
}
