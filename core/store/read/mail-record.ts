/** One message with everything stored about it but its bytes. */
import type { Origin } from '../../mail/message.ts';
import type { Ret } from '../../mail/dsn.ts';
import { createSnapshot, INT, type Connection } from '../database.ts';
import type { MailRecord, MessageDigest, RelatedMessage, StoredPart } from '../mail-store.ts';
import { createFateReader } from './fates.ts';
import { parseJourney } from './journey.ts';
import { createAboutReader, LIST_COLUMNS, LIST_JOINS, toMailRow, type ListRow } from './mail-rows.ts';
import { createPartReader } from './parts.ts';
import { CLIENT_COLUMNS, toClient, type ClientColumns } from './queued.ts';

interface RecordRow extends ListRow, ClientColumns {
  readonly origin: Origin;
  readonly ret: Ret;
  readonly envid: string;
  readonly header_date: number | null;
  readonly header_message_id: string;
  readonly parent_id: number | null;
  readonly deleted_at: number | null;
  readonly has_html: number | null;
  readonly remote_resources: number | null;
  readonly structure_error: string | null;
}

function toDigest(row: RecordRow): MessageDigest | undefined {
  if (row.preview === null) return undefined;
  return {
    preview: row.preview,
    attachments: row.attachments ?? 0,
    hasHtml: row.has_html === 1,
    remoteResources: row.remote_resources ?? 0,
    ...(row.structure_error === null ? {} : { structureError: row.structure_error }),
  };
}

export interface RecordReader {
  get(id: number): MailRecord | undefined;
  parts(id: number): readonly StoredPart[];
  subject(id: number): string | undefined;
}

export function createRecordReader(db: Connection): RecordReader {
  const select = db.prepare(
    `SELECT ${LIST_COLUMNS}, m.origin, ${CLIENT_COLUMNS}, m.ret, m.envid, m.header_date, m.header_message_id, m.parent_id,
       m.deleted_at, d.has_html, d.remote_resources, d.structure_error
     FROM message m ${LIST_JOINS} WHERE m.id = ${INT}`,
  );
  const selectRecipients = db.prepare(
    `SELECT address, original_address AS originalAddress FROM recipient WHERE message_id = ${INT} ORDER BY idx`,
  );
  const selectJourney = db
    .prepare(`SELECT entries FROM journey WHERE message_id = ${INT} ORDER BY seq`)
    .pluck();
  const fates = createFateReader(db);
  const about = createAboutReader(db);
  const parts = createPartReader(db);
  const related = createRelatedReader(db);

  const snapshot = createSnapshot(db);

  function read(id: number): MailRecord | undefined {
    const row = select.get(id) as RecordRow | undefined;
    if (row === undefined) return undefined;
    return {
      ...toMailRow(row, fates.all(row), about(id)),
      origin: row.origin,
      client: toClient(row),
      sender: row.sender,
      ret: row.ret,
      envid: row.envid,
      recipients: selectRecipients.all(id) as MailRecord['recipients'],
      summary: {
        from: row.header_from,
        to: row.header_to,
        subject: row.subject,
        date: row.header_date,
        messageId: row.header_message_id,
      },
      isDeleted: row.deleted_at !== null,
      digest: toDigest(row),
      parts: parts(id),
      journey: (selectJourney.all(id) as string[]).flatMap(parseJourney),
      related: related(id, row.parent_id),
    };
  }
  const selectSubject = db.prepare('SELECT subject FROM message WHERE id = ?').pluck();
  return {
    parts,
    get: (id) => snapshot(() => read(id)),
    subject: (id) => selectSubject.get(id) as string | undefined,
  };
}

/** Notices about a message and what was forwarded of it; for those, the message they come from. */
function createRelatedReader(
  db: Connection,
): (id: number, parentId: number | null) => readonly RelatedMessage[] {
  const selectChildren = db.prepare(
    'SELECT id, origin, subject FROM message WHERE parent_id = ? ORDER BY id LIMIT 100',
  );
  const selectSubject = db.prepare('SELECT subject FROM message WHERE id = ?').pluck();
  return (id, parentId) => {
    const children = selectChildren.all(id) as { id: number; origin: Origin; subject: string }[];
    const below = children.map((child): RelatedMessage => ({
      id: child.id,
      relation: child.origin === 'bounce' ? 'notice' : 'forward',
      subject: child.subject,
    }));
    const subject = parentId === null ? undefined : (selectSubject.get(parentId) as string | undefined);
    if (parentId === null || subject === undefined) return below;
    return [{ id: parentId, relation: 'original', subject }, ...below];
  };
}
