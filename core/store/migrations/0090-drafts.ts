/** Messages that are being written, with what is attached to them. */
import type { Migration } from './index.ts';

export const drafts: Migration = {
  version: 90,
  up(db) {
    db.exec(`
      CREATE TABLE draft (
        /* Never given twice: a window may still hold the number of one that is gone. */
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        changed_at INTEGER NOT NULL,
        /* A JSON object: what stands in the window's fields. */
        fields TEXT NOT NULL CHECK (json_valid(fields))
      ) STRICT;
      CREATE TABLE draft_file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        draft_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        bytes BLOB NOT NULL
      ) STRICT;
      CREATE INDEX draft_file_draft ON draft_file (draft_id);
    `);
  },
};
