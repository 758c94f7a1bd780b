/** Stored bytes. */
import type { MessageContent } from '../../mail/message.ts';
import type { Connection } from '../database.ts';

interface ContentRow {
  readonly header: Buffer;
  readonly body_offset: number;
  readonly body: Buffer | null;
  readonly raw: Buffer;
}

export type ReadContent = (messageId: number) => MessageContent | undefined;

export function createContentReader(db: Connection): ReadContent {
  const select = db.prepare('SELECT header, body_offset, body, raw FROM content WHERE message_id = ?');
  return (messageId) => {
    const row = select.get(messageId) as ContentRow | undefined;
    if (row === undefined) return undefined;
    return { raw: row.raw, header: row.header, bodyOffset: row.body_offset, body: row.body };
  };
}

/** Only the header after cleanup: it lies before the bytes in the row, so a large message costs no more than a small one. */
export function createHeaderReader(db: Connection): (messageId: number) => Uint8Array | undefined {
  const select = db.prepare('SELECT header FROM content WHERE message_id = ?').pluck();
  return (messageId) => select.get(messageId) as Buffer | undefined;
}
