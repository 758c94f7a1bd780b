/** What of a message decides where it counts, as it is stored. */
import type { Connection } from '../database.ts';
import type { Flags } from './counters.ts';

export interface FlagRow {
  readonly is_read: number;
  readonly is_starred: number;
  readonly is_undeliverable: number;
  readonly deleted_at: number | null;
}

export const toFlags = (row: FlagRow): Flags => ({
  isRead: row.is_read === 1,
  isStarred: row.is_starred === 1,
  isUndeliverable: row.is_undeliverable === 1,
  isDeleted: row.deleted_at !== null,
});

/** undefined: there is no such message. */
export function createReadFlags(db: Connection): (id: number) => Flags | undefined {
  const select = db.prepare(
    'SELECT is_read, is_starred, is_undeliverable, deleted_at FROM message WHERE id = ?',
  );
  return (id) => {
    const row = select.get(id) as FlagRow | undefined;
    return row === undefined ? undefined : toFlags(row);
  };
}
