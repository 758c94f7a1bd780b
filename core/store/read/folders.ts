/** What each folder holds, as SQL: a list of ids, newest first, and a test for one id. Never counts, never skips. */
import { INT } from '../database.ts';
import type { MailFolder } from '../mail-store.ts';

export interface FolderSql {
  /** The table that has the list. */
  readonly from: string;
  /** What brings the message (`m`) in, where it is another table. */
  readonly join: string;
  /** Which of them; FOLDER stands for the folder's number. */
  readonly filter: string;
  readonly order: string;
  /** True of the ids (ID) that are in the folder. */
  readonly holds: string;
}

const KEPT: FolderSql = {
  from: 'message m INDEXED BY message_kept',
  join: '',
  filter: 'm.deleted_at IS NULL',
  order: 'm.id',
  holds: 'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.deleted_at IS NULL)',
};

/** Kept messages of one kind, which have an index of their own. */
const kindOf = (index: string, column: string, value: 0 | 1): FolderSql => ({
  from: `message m INDEXED BY ${index}`,
  join: '',
  filter: `m.${column} = ${value} AND m.deleted_at IS NULL`,
  order: 'm.id',
  holds: `EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.${column} = ${value} AND k.deleted_at IS NULL)`,
});

/** One statement serves mailboxes, aliases and tags: its parameter is the folder's number. */
const FILED: FolderSql = {
  from: 'filing f',
  join: 'JOIN message m ON m.id = f.message_id',
  filter: 'f.folder_id = FOLDER',
  order: 'f.message_id',
  holds: 'EXISTS (SELECT 1 FROM filing k WHERE k.folder_id = FOLDER AND k.message_id = ID)',
};

export const folderSql: Readonly<Record<MailFolder['kind'], FolderSql>> = {
  all: KEPT,
  unread: kindOf('message_unread', 'is_read', 0),
  starred: kindOf('message_starred', 'is_starred', 1),
  undeliverable: kindOf('message_undeliverable', 'is_undeliverable', 1),
  bin: {
    from: 'message m INDEXED BY message_bin',
    join: '',
    filter: 'm.deleted_at IS NOT NULL',
    order: 'm.id',
    holds: 'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.deleted_at IS NOT NULL)',
  },
  held: {
    from: 'queue_entry h INDEXED BY queue_due',
    join: 'JOIN message m ON m.id = h.message_id',
    filter: "h.queue = 'hold'",
    order: 'h.message_id',
    holds: "EXISTS (SELECT 1 FROM queue_entry k WHERE k.message_id = ID AND k.queue = 'hold')",
  },
  mailbox: FILED,
  alias: FILED,
  tag: FILED,
};

/** Binds the folder's number where there is one, then `before`. */
export function folderPage(kind: MailFolder['kind']): string {
  const { filter, order } = folderSql[kind];
  return `${filter.replace('FOLDER', INT)} AND ${order} < ${INT}`;
}
