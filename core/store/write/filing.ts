/** Puts messages into mailbox and alias folders, each once. */
import { INT, type Connection } from '../database.ts';
import type { Counters, Flags } from './counters.ts';
import type { FolderKind } from './folder-counts.ts';

/** A folder that a message is in, and how many bytes it has there. */
export interface Filed {
  readonly folder_id: number;
  readonly bytes: number;
}

export interface Filing {
  /** `bytes` of this copy; another copy of a message that is there already only adds its bytes. Answers whether it is new there. */
  file(
    messageId: number,
    folder: { readonly kind: FolderKind; readonly name: string },
    bytes: number,
    flags: Flags,
  ): boolean;
  /** Out of one folder for good; false: it was not there. */
  unfile(messageId: number, folderId: number, flags: Flags): boolean;
  foldersOf(messageId: number): readonly Filed[];
  /** Out of its folders' lists (into the Bin), and back. */
  hide(messageId: number): void;
  show(messageId: number): void;
}

export function createFiling(db: Connection, counters: Counters): Filing {
  const insertFiled = db.prepare(
    'INSERT OR IGNORE INTO filed (message_id, folder_id, bytes) VALUES (?, ?, ?)',
  );
  const addBytes = db.prepare(
    `UPDATE filed SET bytes = bytes + ? WHERE message_id = ${INT} AND folder_id = ${INT}`,
  );
  const insertFiling = db.prepare('INSERT OR IGNORE INTO filing (folder_id, message_id) VALUES (?, ?)');
  const deleteFiling = db.prepare(`DELETE FROM filing WHERE folder_id = ${INT} AND message_id = ${INT}`);
  const deleteFiled = db
    .prepare(`DELETE FROM filed WHERE message_id = ${INT} AND folder_id = ${INT} RETURNING bytes`)
    .pluck();
  const selectFiled = db.prepare(`SELECT folder_id, bytes FROM filed WHERE message_id = ${INT}`);

  const foldersOf = (messageId: number) => selectFiled.all(messageId) as Filed[];
  return {
    file(messageId, { kind, name }, bytes, flags) {
      const folderId = counters.folders.id(kind, name);
      const isNew = insertFiled.run(messageId, folderId, bytes).changes > 0;
      if (!isNew && bytes > 0) addBytes.run(bytes, messageId, folderId);
      if (flags.isDeleted) return isNew;
      if (isNew) insertFiling.run(folderId, messageId);
      counters.folders.add(folderId, { total: isNew ? 1 : 0, unread: isNew && !flags.isRead ? 1 : 0, bytes });
      return isNew;
    },
    unfile(messageId, folderId, flags) {
      const bytes = deleteFiled.get(messageId, folderId) as number | undefined;
      if (bytes === undefined) return false;
      if (flags.isDeleted) return true;
      deleteFiling.run(folderId, messageId);
      counters.folders.add(folderId, { total: -1, unread: flags.isRead ? 0 : -1, bytes: -bytes });
      return true;
    },
    foldersOf,
    hide(messageId) {
      for (const { folder_id } of foldersOf(messageId)) deleteFiling.run(folder_id, messageId);
    },
    show(messageId) {
      for (const { folder_id } of foldersOf(messageId)) insertFiling.run(folder_id, messageId);
    },
  };
}
