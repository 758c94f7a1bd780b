/** Conversations: how many messages one has, which, and lists that show the newest of each only. */
import type { Connection } from '../database.ts';
import type { MailFolder } from '../mail-store.ts';
import { folderSql } from './folders.ts';

/** More of one conversation are neither counted nor shown. */
export const MOST_OF_THREAD = 100;

/** True of the messages (ID) that have no newer one of their conversation in the folder. */
export const newestOfThread = (kind: MailFolder['kind']): string => `NOT EXISTS (
  SELECT 1 FROM thread t JOIN thread o ON o.root = t.root AND o.message_id > t.message_id
   WHERE t.message_id = ID AND ${folderSql[kind].holds.replace(/\bID\b/u, 'o.message_id')})`;

export interface ThreadReader {
  /** 1: it is alone. At most MOST_OF_THREAD. */
  size(id: number): number;
  /** Oldest first, the newest of very many; the message itself is among them. */
  members(id: number): readonly number[];
}

export function createThreadReader(db: Connection): ThreadReader {
  const findRoot = db.prepare('SELECT root FROM thread WHERE message_id = ?').pluck();
  const newest = db
    .prepare(
      `SELECT t.message_id FROM thread t JOIN message m ON m.id = t.message_id
        WHERE t.root = ? AND m.deleted_at IS NULL ORDER BY t.message_id DESC LIMIT ${MOST_OF_THREAD}`,
    )
    .pluck();
  const members = (id: number) => {
    const root = findRoot.get(id) as number | undefined;
    return root === undefined ? [id] : (newest.all(root) as number[]).reverse();
  };
  return { size: (id) => Math.max(1, members(id).length), members };
}
