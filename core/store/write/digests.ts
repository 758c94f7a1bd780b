/** Stores what the indexer read in messages: structure, preview, search text. */
import type { MessageDigest, StoredPart } from '../mail-store.ts';
import type { Connection } from '../database.ts';

/** Words to find a message by, a column each. */
export interface SearchText {
  readonly subject: string;
  readonly people: string;
  readonly body: string;
  readonly files: string;
}

export interface IndexedMessage {
  readonly id: number;
  readonly digest: MessageDigest;
  readonly parts: readonly StoredPart[];
  readonly text: SearchText;
}

const FLOWED = ['no', 'yes', 'delsp'] as const;
const bit = (value: boolean) => (value ? 1 : 0);

/** Answers false when the message is gone, or was indexed already. */
export type StoreDigest = (message: IndexedMessage) => boolean;

export function createStoreDigest(db: Connection): StoreDigest {
  const take = db.prepare('DELETE FROM unindexed WHERE message_id = ?');
  const insertDigest = db.prepare(
    `INSERT INTO digest (message_id, preview, attachments, has_html, remote_resources, structure_error)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const insertPart = db.prepare(
    `INSERT INTO part (message_id, seq, number, depth, content_type, charset, encoding, disposition, file_name,
       content_id, content_location, flowed, is_attachment, header_start, body_start, body_end)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertText = db.prepare(
    'INSERT INTO search (rowid, subject, people, body, files) VALUES (?, ?, ?, ?, ?)',
  );
  return ({ id, digest, parts, text }) => {
    if (take.run(id).changes === 0) return false;
    insertDigest.run(
      id,
      digest.preview,
      digest.attachments,
      bit(digest.hasHtml),
      digest.remoteResources,
      digest.structureError,
    );
    parts.forEach((p, seq) => {
      insertPart.run(
        id,
        seq,
        p.number,
        p.depth,
        p.contentType,
        p.charset,
        p.encoding,
        p.disposition,
        p.fileName,
        p.contentId,
        p.contentLocation,
        FLOWED.indexOf(p.flowed),
        bit(p.isAttachment),
        p.headerStart,
        p.bodyStart,
        p.bodyEnd,
      );
    });
    insertText.run(id, text.subject, text.people, text.body, text.files);
    return true;
  };
}
