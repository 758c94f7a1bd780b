/** What the indexer's thread reads: messages that are not indexed yet, over a connection of its own. */
import type { MessageContent } from '../mail/message.ts';
import { INT, openReadable } from './database.ts';
import { createContentReader } from './read/content.ts';

export type { IndexedMessage, KnownAddresses, SearchText } from './write/digests.ts';
export type { FromIndexer, ToIndexer } from './index-wire.ts';

export interface UnindexedMessage {
  readonly id: number;
  readonly content: MessageContent;
  readonly sender: string;
  /** As the client gave them, a few hundred at most. */
  readonly recipients: readonly string[];
}

export interface IndexSource {
  /** Oldest first. */
  ids(limit: number): readonly number[];
  /** undefined: purged meanwhile. */
  load(id: number): UnindexedMessage | undefined;
  close(): void;
}

const MOST_ADDRESSES = 300;

export function openIndexSource(file: string): IndexSource {
  const db = openReadable(file);
  const selectIds = db.prepare(`SELECT message_id FROM unindexed ORDER BY message_id LIMIT ${INT}`).pluck();
  const selectSender = db.prepare('SELECT sender FROM message WHERE id = ?').pluck();
  const selectRecipients = db
    .prepare(`SELECT original_address FROM recipient WHERE message_id = ${INT} ORDER BY idx LIMIT ${INT}`)
    .pluck();
  const content = createContentReader(db);
  return {
    ids: (limit) => selectIds.all(limit) as number[],
    load(id) {
      const stored = content(id);
      const sender = selectSender.get(id) as string | undefined;
      if (stored === undefined || sender === undefined) return undefined;
      return {
        id,
        content: stored,
        sender,
        recipients: selectRecipients.all(id, MOST_ADDRESSES) as string[],
      };
    },
    close() {
      db.close();
    },
  };
}
