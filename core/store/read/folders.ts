/** What each folder holds, as SQL: a list of ids, newest first, and a test for one id. Never counts, never skips. */
import { INT } from '../database.ts';
import type { MailFolder } from '../mail-store.ts';

export interface FolderSql {
  /** The tables of the list; the message is `m`. */
  readonly from: string;
  /** Binds the folder's parameters, then `before`. */
  readonly where: string;
  readonly order: string;
  /** True of the ids (`ID`) that are in the folder; binds the folder's parameters. */
  readonly holds: string;
}

const KEPT: FolderSql = {
  from: 'message m INDEXED BY message_kept',
  where: `m.deleted_at IS NULL AND m.id < ${INT}`,
  order: 'm.id',
  holds: 'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.deleted_at IS NULL)',
};

/** One statement serves mailboxes and aliases: its parameter is the folder's number. */
const FILED: FolderSql = {
  from: `filing f JOIN message m ON m.id = f.message_id`,
  where: `f.folder_id = ${INT} AND f.message_id < ${INT}`,
  order: 'f.message_id',
  holds: `EXISTS (SELECT 1 FROM filing k WHERE k.folder_id = ${INT} AND k.message_id = ID)`,
};

export const folderSql: Readonly<Record<MailFolder['kind'], FolderSql>> = {
  all: KEPT,
  unread: {
    from: 'message m INDEXED BY message_unread',
    where: `m.is_read = 0 AND m.deleted_at IS NULL AND m.id < ${INT}`,
    order: 'm.id',
    holds: 'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.is_read = 0 AND k.deleted_at IS NULL)',
  },
  undeliverable: {
    from: 'message m INDEXED BY message_undeliverable',
    where: `m.is_undeliverable = 1 AND m.deleted_at IS NULL AND m.id < ${INT}`,
    order: 'm.id',
    holds:
      'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.is_undeliverable = 1 AND k.deleted_at IS NULL)',
  },
  bin: {
    from: 'message m INDEXED BY message_bin',
    where: `m.deleted_at IS NOT NULL AND m.id < ${INT}`,
    order: 'm.id',
    holds: 'EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND k.deleted_at IS NOT NULL)',
  },
  held: {
    from: 'queue_entry h INDEXED BY queue_due JOIN message m ON m.id = h.message_id',
    where: `h.queue = 'hold' AND h.message_id < ${INT}`,
    order: 'h.message_id',
    holds: "EXISTS (SELECT 1 FROM queue_entry k WHERE k.message_id = ID AND k.queue = 'hold')",
  },
  mailbox: FILED,
  alias: FILED,
};
