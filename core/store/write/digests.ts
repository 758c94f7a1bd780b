/** Stores what the indexer read in messages: structure, preview, search text. */
import type { MessageDigest, StoredPart } from '../mail-store.ts';
import type { ThreadWords } from '../../mail/thread.ts';
import type { Connection } from '../database.ts';
import { createJoinThread } from './threads.ts';

/** Words to find a message by, a column each. */
export interface SearchText {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly body: string;
  readonly files: string;
  /** Tokens of core/mail/search/header-tokens.ts. */
  readonly headers: string;
}

/** Addresses without names, lower case: they are suggested when somebody types. */
export interface KnownAddresses {
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
}

export interface IndexedMessage {
  readonly id: number;
  readonly digest: MessageDigest;
  readonly parts: readonly StoredPart[];
  readonly text: SearchText;
  readonly addresses: KnownAddresses;
  /** Names of tags that it brings along. */
  readonly thread: ThreadWords;
  readonly tags: { readonly header: readonly string[]; readonly plus: readonly string[] };
}

const FLOWED = ['no', 'yes', 'delsp'] as const;
const bit = (value: boolean) => (value ? 1 : 0);

/** `again`: it was indexed before, and is anew; `no`: it is gone, or nothing was to do. */
export type StoreDigest = (message: IndexedMessage) => 'new' | 'again' | 'no';

export function createStoreDigest(db: Connection): StoreDigest {
  const take = db.prepare('DELETE FROM unindexed WHERE message_id = ?');
  const isKnown = db.prepare('SELECT 1 FROM digest WHERE message_id = ?').pluck();
  const insertDigest = db.prepare(
    `INSERT OR REPLACE INTO digest (message_id, preview, attachments, has_html, remote_resources, structure_error)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const insertPart = db.prepare(
    `INSERT OR REPLACE INTO part (message_id, seq, number, depth, content_type, charset, encoding, disposition, file_name,
       content_id, content_location, flowed, is_attachment, header_start, body_start, body_end)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertText = db.prepare(
    'INSERT INTO search (rowid, subject, sender, recipient, cc, bcc, body, files, headers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const know = db.prepare(
    `INSERT INTO known_address (address, is_sender, is_recipient) VALUES (?, ?, ?) ON CONFLICT (address) DO UPDATE
       SET is_sender = max(is_sender, excluded.is_sender), is_recipient = max(is_recipient, excluded.is_recipient)
     WHERE is_sender < excluded.is_sender OR is_recipient < excluded.is_recipient`,
  );
  const dropText = db.prepare('DELETE FROM search WHERE rowid = ?');
  const joinThread = createJoinThread(db);
  return ({ id, digest, parts, text, addresses, thread }) => {
    if (take.run(id).changes === 0) return 'no';
    const isNew = isKnown.get(id) === undefined;
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
    const { subject, from, to, cc, bcc, body, files, headers } = text;
    if (!isNew) dropText.run(id);
    insertText.run(id, subject, from, to, cc, bcc, body, files, headers);
    for (const address of addresses.senders) know.run(address, 1, 0);
    for (const address of addresses.recipients) know.run(address, 0, 1);
    joinThread(id, thread);
    return isNew ? 'new' : 'again';
  };
}
