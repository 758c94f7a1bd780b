/** The words of the full-text index by themselves, and the mail with HTML and with remote content, for searches. */
import type { Migration } from './index.ts';

export const search: Migration = {
  version: 110,
  up(db) {
    db.exec(`
      CREATE VIRTUAL TABLE search_word USING fts5vocab (search, instance);
      CREATE INDEX digest_html ON digest (message_id) WHERE has_html = 1;
      CREATE INDEX digest_remote ON digest (message_id) WHERE remote_resources > 0;
    `);
  },
};
