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
