import type { Connection } from '../database.ts';

/** How many bytes a mailbox has, the Bin's not counted: what mailbox_size_limit is about. */
export function createMailboxBytes(db: Connection): (mailbox: string) => number {
  const select = db.prepare("SELECT bytes FROM folder WHERE kind = 'mailbox' AND name = ?").pluck();
  return (mailbox) => (select.get(mailbox) as number | undefined) ?? 0;
}
