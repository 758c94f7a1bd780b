/**
 * More of what an envelope says: that nobody told how the content is encoded, VERP's delimiters, the report that sendmail -v
 * asks for, and the size as Postfix counts it.
 */
import type { Migration } from './index.ts';

export const envelopeWords: Migration = {
  version: 40,
  up(db) {
    db.exec(`
      ALTER TABLE message RENAME COLUMN encoding TO former_encoding;
      ALTER TABLE message ADD COLUMN encoding TEXT NOT NULL DEFAULT '' CHECK (encoding IN ('', '7bit', '8bit'));
      /* 7bit stood for nothing said, too. */
      UPDATE message SET encoding = '8bit' WHERE former_encoding = '8bit';
      ALTER TABLE message DROP COLUMN former_encoding;
      /* Two characters, or none. */
      ALTER TABLE message ADD COLUMN verp TEXT NOT NULL DEFAULT '' CHECK (length(verp) IN (0, 2));
      ALTER TABLE message ADD COLUMN wants_report INTEGER NOT NULL DEFAULT 0 CHECK (wants_report IN (0, 1));
      ALTER TABLE message ADD COLUMN queue_size INTEGER NOT NULL DEFAULT 0;
      UPDATE message SET queue_size = size;
    `);
  },
};
