import type { Connection } from '../database.ts';

/** How many bytes a mailbox has, the Bin's not counted: what mailbox_size_limit is about. Reads every row of it. */
export function createMailboxBytes(db: Connection): (mailbox: string) => number {
  const select = db
    .prepare(
      `SELECT coalesce(sum(m.size + length(d.head)), 0) FROM folder f
       JOIN filing g ON g.folder_id = f.id
       JOIN message m ON m.id = g.message_id
       JOIN delivery d ON d.message_id = m.id AND d.mailbox = f.name
       WHERE f.kind = 'mailbox' AND f.name = ?`,
    )
    .pluck();
  return (mailbox) => select.get(mailbox) as number;
}
