/** Totals of mailboxes and aliases, collected like the other counters. */
import type { Connection } from '../database.ts';

export type FolderKind = 'mailbox' | 'alias' | 'tag';

export interface FolderChange {
  readonly total: number;
  readonly unread: number;
  readonly bytes: number;
}

export interface FolderCounts {
  /** The folder's number; makes the folder where there is none. */
  id(kind: FolderKind, name: string): number;
  add(folderId: number, change: FolderChange): void;
  /** A name was changed or taken away. */
  forgetNames(): void;
  flush(): void;
  forget(): void;
}

export function createFolderCounts(db: Connection): FolderCounts {
  const addFolder = db.prepare(
    'UPDATE folder SET total = total + ?, unread = unread + ?, bytes = bytes + ? WHERE id = ?',
  );
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();
  const makeFolder = db.prepare('INSERT INTO folder (kind, name) VALUES (?, ?)');
  const changes = new Map<number, FolderChange>();
  const ids = new Map<string, number>();

  return {
    id(kind, name) {
      const key = `${kind}:${name}`;
      const known = ids.get(key);
      if (known !== undefined) return known;
      const found = findFolder.get(kind, name) as number | undefined;
      const id = found ?? Number(makeFolder.run(kind, name).lastInsertRowid);
      ids.set(key, id);
      return id;
    },
    add(folderId, change) {
      const before = changes.get(folderId) ?? { total: 0, unread: 0, bytes: 0 };
      changes.set(folderId, {
        total: before.total + change.total,
        unread: before.unread + change.unread,
        bytes: before.bytes + change.bytes,
      });
    },
    flush() {
      for (const [id, { total, unread, bytes }] of changes) {
        if (total !== 0 || unread !== 0 || bytes !== 0) addFolder.run(total, unread, bytes, id);
      }
      changes.clear();
    },
    forgetNames() {
      ids.clear();
    },
    forget() {
      changes.clear();
      ids.clear();
    },
  };
}
