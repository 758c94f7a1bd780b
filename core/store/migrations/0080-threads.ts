/** Which messages belong together: by the Message-IDs that they have and name. Only threads of two and more have rows. */
import type { Migration } from './index.ts';

export const threads: Migration = {
  version: 80,
  up(db) {
    db.exec(`
      /* A Message-ID, and a message that has it or refers to it. */
      CREATE TABLE mention (
        key TEXT NOT NULL,
        message_id INTEGER NOT NULL,
        PRIMARY KEY (key, message_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX mention_message ON mention (message_id);
      CREATE TABLE thread (
        message_id INTEGER PRIMARY KEY,
        root INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX thread_root ON thread (root, message_id);
      INSERT OR IGNORE INTO unindexed (message_id) SELECT id FROM message;
    `);
  },
};
