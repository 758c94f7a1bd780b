/** How full a mailbox is, kept like the other counts: mailbox_size_limit asks at every delivery. */
import type { Migration } from './index.ts';

export const folderBytes: Migration = {
  version: 20,
  up(db) {
    db.exec(`
      ALTER TABLE folder ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
      /* Of this message in this folder: each copy with what the agent put in front; 0 for an alias. */
      ALTER TABLE filed ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
      UPDATE filed SET bytes = (
        SELECT coalesce(sum(m.size + length(CAST(d.head AS BLOB))), 0)
          FROM folder f JOIN delivery d ON d.mailbox = f.name JOIN message m ON m.id = d.message_id
         WHERE f.id = filed.folder_id AND f.kind = 'mailbox' AND d.message_id = filed.message_id);
      UPDATE folder SET bytes = (
        SELECT coalesce(sum(d.bytes), 0)
          FROM filing g JOIN filed d ON d.message_id = g.message_id AND d.folder_id = g.folder_id
         WHERE g.folder_id = folder.id);
    `);
  },
};
