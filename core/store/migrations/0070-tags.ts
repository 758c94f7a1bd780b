/** Tags are folders that a message is filed in by hand, by a header, or by a rule; and settings of the sandbox itself. */
import type { Migration } from './index.ts';

const FOLDERS = `
CREATE TABLE folder_with_tags (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('mailbox', 'alias', 'tag')),
  name TEXT NOT NULL,
  total INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, name)
) STRICT;
INSERT INTO folder_with_tags (id, kind, name, total, unread, bytes) SELECT id, kind, name, total, unread, bytes FROM folder;
DROP TABLE folder;
ALTER TABLE folder_with_tags RENAME TO folder;
`;

const THE_REST = `
/* A search that tags new mail. */
CREATE TABLE tag_rule (
  id INTEGER PRIMARY KEY,
  search TEXT NOT NULL,
  tag TEXT NOT NULL,
  UNIQUE (search, tag)
) STRICT;
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  /* JSON */
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
/* What is in the Bin, by how long. */
CREATE INDEX message_binned ON message (deleted_at) WHERE deleted_at IS NOT NULL;
`;

export const tags: Migration = {
  version: 70,
  up(db) {
    db.exec(FOLDERS);
    db.exec(THE_REST);
  },
};
