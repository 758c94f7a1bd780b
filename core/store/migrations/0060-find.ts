/**
 * What the search language needs: a full-text index with a column for each operator, numbers by hour of arrival, indexes
 * of the rarer kinds of mail, addresses to suggest, saved searches. The index is filled anew behind the mail path; what
 * was read of a message before stays visible until then.
 */
import type { Migration } from './index.ts';

const SEARCH = `
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
  subject, sender, recipient, cc, bcc, body, files, headers,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT OR IGNORE INTO unindexed (message_id) SELECT id FROM message;
`;

const ARRIVALS = `
/* Which numbers came in an hour: bounds for searches by time, exact whatever the sandbox's clock did. */
CREATE TABLE arrival (
  hour INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL
) STRICT;
INSERT INTO arrival SELECT arrived_at / 3600000, min(id), max(id) FROM message GROUP BY 1;
`;

const RARE = `
CREATE INDEX message_starred ON message (id) WHERE is_starred = 1 AND deleted_at IS NULL;
INSERT INTO counter SELECT 'starred', count(*) FROM message WHERE is_starred = 1 AND deleted_at IS NULL;
CREATE INDEX message_seen ON message (id) WHERE is_read = 1 AND deleted_at IS NULL;
CREATE INDEX message_large ON message (id) WHERE size >= 1000000;
CREATE INDEX digest_attached ON digest (message_id) WHERE attachments > 0;
CREATE INDEX outcome_discarded ON outcome (message_id) WHERE status = 'sent' AND relay = 'none' AND mailbox IS NULL;
CREATE INDEX outcome_relayed ON outcome (message_id) WHERE status = 'sent' AND action = 'relayed';
CREATE INDEX recipient_deleted ON recipient (message_id) WHERE state = 'deleted';
`;

const TYPED = `
/* Addresses that mail came from or went to, lower case, to complete what is typed. */
CREATE TABLE known_address (
  address TEXT PRIMARY KEY,
  is_sender INTEGER NOT NULL CHECK (is_sender IN (0, 1)),
  is_recipient INTEGER NOT NULL CHECK (is_recipient IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE saved_search (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  search TEXT NOT NULL
) STRICT;
`;

export const find: Migration = {
  version: 60,
  up(db) {
    for (const sql of [SEARCH, ARRIVALS, RARE, TYPED]) db.exec(sql);
  },
};
