/** MIME parts as the indexer stored them. */
import { INT, type Connection } from '../database.ts';
import type { StoredPart } from '../mail-store.ts';

interface PartRow {
  readonly number: string;
  readonly depth: number;
  readonly content_type: string;
  readonly charset: string;
  readonly encoding: string;
  readonly disposition: string;
  readonly file_name: string;
  readonly content_id: string;
  readonly content_location: string;
  readonly flowed: number;
  readonly is_attachment: number;
  readonly header_start: number;
  readonly body_start: number;
  readonly body_end: number;
}

const FLOWED = ['no', 'yes', 'delsp'] as const;

const toPart = (row: PartRow): StoredPart => ({
  number: row.number,
  depth: row.depth,
  contentType: row.content_type,
  charset: row.charset,
  encoding: row.encoding,
  disposition: row.disposition,
  fileName: row.file_name,
  contentId: row.content_id,
  contentLocation: row.content_location,
  flowed: FLOWED[row.flowed] ?? 'no',
  isAttachment: row.is_attachment === 1,
  headerStart: row.header_start,
  bodyStart: row.body_start,
  bodyEnd: row.body_end,
});

export type ReadParts = (messageId: number) => readonly StoredPart[];

export function createPartReader(db: Connection): ReadParts {
  const select = db.prepare(
    `SELECT number, depth, content_type, charset, encoding, disposition, file_name, content_id, content_location,
       flowed, is_attachment, header_start, body_start, body_end
     FROM part WHERE message_id = ${INT} ORDER BY seq`,
  );
  return (messageId) => (select.all(messageId) as PartRow[]).map(toPart);
}
