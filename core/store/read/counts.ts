/** Counts for the sidebar: read from counters, never counted. */
import type { Connection } from '../database.ts';
import type { MailFolderCounts } from '../mail-store.ts';
import type { CounterName } from '../write/counters.ts';

export type ReadCounter = (name: CounterName | 'last_id') => number;

export function createReadCounter(db: Connection): ReadCounter {
  const select = db.prepare('SELECT value FROM counter WHERE name = ?').pluck();
  return (name) => (select.get(name) as number | undefined) ?? 0;
}

interface FolderRow {
  readonly kind: 'mailbox' | 'alias' | 'tag';
  readonly name: string;
  readonly total: number;
  readonly unread: number;
}

export function createFolderReader(db: Connection, readCounter: ReadCounter): () => MailFolderCounts {
  const selectFolders = db.prepare('SELECT kind, name, total, unread FROM folder ORDER BY name');
  return () => {
    const folders = selectFolders.all() as FolderRow[];
    return {
      all: readCounter('kept'),
      unread: readCounter('unread'),
      starred: readCounter('starred'),
      undeliverable: readCounter('undeliverable'),
      held: readCounter('queue:hold'),
      refused: readCounter('refusals'),
      bin: readCounter('bin'),
      mailboxes: folders
        .filter((f) => f.kind === 'mailbox')
        .map(({ name, total, unread }) => ({ name, total, unread })),
      tags: folders
        .filter((f) => f.kind === 'tag' && f.total > 0)
        .map(({ name, total, unread }) => ({ name, total, unread })),
      aliases: folders.filter((f) => f.kind === 'alias').map(({ name, total }) => ({ name, total })),
    };
  };
}
