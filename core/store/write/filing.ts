/** Puts messages into mailbox and alias folders, each once. */
import { INT, type Connection } from '../database.ts';
import type { Counters, Flags } from './counters.ts';
import type { FolderKind } from './folder-counts.ts';

export interface Filing {
  file(messageId: number, kind: FolderKind, name: string, flags: Flags): void;
  foldersOf(messageId: number): readonly number[];
  /** Out of its folders' lists (into the Bin), and back. */
  hide(messageId: number): void;
  show(messageId: number): void;
}

export function createFiling(db: Connection, counters: Counters): Filing {
  const insertFiled = db.prepare('INSERT OR IGNORE INTO filed (message_id, folder_id) VALUES (?, ?)');
  const insertFiling = db.prepare('INSERT OR IGNORE INTO filing (folder_id, message_id) VALUES (?, ?)');
  const deleteFiling = db.prepare(`DELETE FROM filing WHERE folder_id = ${INT} AND message_id = ${INT}`);
  const selectFiled = db.prepare(`SELECT folder_id FROM filed WHERE message_id = ${INT}`).pluck();

  const foldersOf = (messageId: number) => selectFiled.all(messageId) as number[];
  return {
    file(messageId, kind, name, flags) {
      const folderId = counters.folders.id(kind, name);
      if (insertFiled.run(messageId, folderId).changes === 0 || flags.isDeleted) return;
      insertFiling.run(folderId, messageId);
      counters.folders.add(folderId, 1, flags.isRead ? 0 : 1);
    },
    foldersOf,
    hide(messageId) {
      for (const folderId of foldersOf(messageId)) deleteFiling.run(folderId, messageId);
    },
    show(messageId) {
      for (const folderId of foldersOf(messageId)) insertFiling.run(folderId, messageId);
    },
  };
}
