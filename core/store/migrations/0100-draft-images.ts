/** What is attached to a draft and shown in its HTML has the Content-ID by which the HTML names it. */
import type { Migration } from './index.ts';

export const draftImages: Migration = {
  version: 100,
  up(db) {
    db.exec(`ALTER TABLE draft_file ADD COLUMN content_id TEXT NOT NULL DEFAULT ''`);
  },
};
