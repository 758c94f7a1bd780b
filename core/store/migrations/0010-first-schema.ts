/**
 * The first schema. Times are milliseconds since the epoch. Rows of one message lie together, because every key
 * begins with its number; numbers only grow, so that the hot tables are appended to.
 */
import type { Migration } from './index.ts';

const MESSAGES = `
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  queue_id TEXT NOT NULL,
  arrived_at INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('smtpd', 'sendmail', 'bounce', 'local', 'api', 'requeue')),
  client_name TEXT,
  client_address TEXT,
  client_port INTEGER,
  helo TEXT,
  protocol TEXT,
  sasl_method TEXT,
  sasl_username TEXT,
  service TEXT,
  sender TEXT NOT NULL,
  ret TEXT NOT NULL CHECK (ret IN ('FULL', 'HDRS', '')),
  envid TEXT NOT NULL,
  smtputf8 INTEGER NOT NULL CHECK (smtputf8 IN (0, 1)),
  encoding TEXT NOT NULL CHECK (encoding IN ('7bit', '8bit')),
  size INTEGER NOT NULL,
  header_from TEXT NOT NULL,
  header_to TEXT NOT NULL,
  subject TEXT NOT NULL,
  header_date INTEGER,
  header_message_id TEXT NOT NULL,
  filter TEXT NOT NULL,
  verify INTEGER NOT NULL CHECK (verify IN (0, 1)),
  recipient_count INTEGER NOT NULL,
  /* The message that gave rise to this one: a notice's original, a forward's source. */
  parent_id INTEGER,
  is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1)),
  is_starred INTEGER NOT NULL DEFAULT 0 CHECK (is_starred IN (0, 1)),
  is_undeliverable INTEGER NOT NULL DEFAULT 0 CHECK (is_undeliverable IN (0, 1)),
  deleted_at INTEGER
) STRICT;
CREATE INDEX message_kept ON message (id) WHERE deleted_at IS NULL;
CREATE INDEX message_unread ON message (id) WHERE is_read = 0 AND deleted_at IS NULL;
CREATE INDEX message_undeliverable ON message (id) WHERE is_undeliverable = 1 AND deleted_at IS NULL;
CREATE INDEX message_bin ON message (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX message_child ON message (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE content (
  message_id INTEGER PRIMARY KEY,
  header BLOB NOT NULL,
  body_offset INTEGER NOT NULL,
  body BLOB,
  raw BLOB NOT NULL
) STRICT;

CREATE TABLE recipient (
  message_id INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  address TEXT NOT NULL,
  original_address TEXT NOT NULL,
  /* Bits: 1 NEVER, 2 SUCCESS, 4 FAILURE, 8 DELAY. */
  notify INTEGER NOT NULL,
  orcpt TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'deleted')),
  PRIMARY KEY (message_id, idx)
) STRICT, WITHOUT ROWID;

/* What is in the queue. A message that left it has no row here. */
CREATE TABLE queue_entry (
  message_id INTEGER PRIMARY KEY,
  queue_id TEXT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('incoming', 'deferred', 'hold')),
  next_attempt_at INTEGER NOT NULL,
  hold_reason TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  warned_at INTEGER,
  forced_expire INTEGER NOT NULL DEFAULT 0 CHECK (forced_expire IN (0, 1))
) STRICT;
CREATE INDEX queue_due ON queue_entry (queue, next_attempt_at, message_id);

CREATE TABLE outcome (
  message_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  recipient_idx INTEGER NOT NULL,
  address TEXT NOT NULL,
  original_address TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('sent', 'bounced', 'deferred', 'deliverable', 'undeliverable')),
  dsn TEXT NOT NULL,
  reason TEXT NOT NULL,
  relay TEXT NOT NULL,
  action TEXT NOT NULL,
  diagnostic_type TEXT,
  diagnostic_text TEXT,
  remote_mta TEXT,
  /* As in recipient; NULL: as the recipient says. */
  notify INTEGER,
  return_to TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  /* The mailbox that this outcome put the message into. */
  mailbox TEXT,
  is_reported INTEGER NOT NULL DEFAULT 0 CHECK (is_reported IN (0, 1)),
  PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_bounced ON outcome (finished_at) WHERE status = 'bounced';

CREATE TABLE delivery (
  message_id INTEGER NOT NULL,
  recipient_idx INTEGER NOT NULL,
  mailbox TEXT NOT NULL,
  address TEXT NOT NULL,
  /* Counts equal deliveries of one attempt: an alias may name one mailbox twice (you, you+ext). */
  nth INTEGER NOT NULL,
  head TEXT NOT NULL,
  delivered_at INTEGER NOT NULL,
  PRIMARY KEY (message_id, recipient_idx, mailbox, address, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE journey (
  message_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;
`;

const FOLDERS = `
/* Mailboxes and aliases, with their counts. */
CREATE TABLE folder (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('mailbox', 'alias')),
  name TEXT NOT NULL,
  total INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, name)
) STRICT;

/* Which messages are in which folder: only those that are not in the Bin. */
CREATE TABLE filing (
  folder_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  PRIMARY KEY (folder_id, message_id)
) STRICT, WITHOUT ROWID;

/* Which folders a message is in, also while it is in the Bin. */
CREATE TABLE filed (
  message_id INTEGER NOT NULL,
  folder_id INTEGER NOT NULL,
  PRIMARY KEY (message_id, folder_id)
) STRICT, WITHOUT ROWID;

/* Numbers kept with the rows they count, in the same transaction. */
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

const INDEX = `
/* Messages whose structure and text are still to be read. */
CREATE TABLE unindexed (
  message_id INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE digest (
  message_id INTEGER PRIMARY KEY,
  preview TEXT NOT NULL,
  attachments INTEGER NOT NULL,
  has_html INTEGER NOT NULL CHECK (has_html IN (0, 1)),
  remote_resources INTEGER NOT NULL,
  structure_error TEXT
) STRICT;

/* Byte ranges are of the stored body: the body column where there is one, else raw from body_offset on. */
CREATE TABLE part (
  message_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  number TEXT NOT NULL,
  depth INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  charset TEXT NOT NULL,
  encoding TEXT NOT NULL,
  disposition TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content_id TEXT NOT NULL,
  content_location TEXT NOT NULL,
  flowed INTEGER NOT NULL CHECK (flowed IN (0, 1, 2)),
  is_attachment INTEGER NOT NULL CHECK (is_attachment IN (0, 1)),
  header_start INTEGER NOT NULL,
  body_start INTEGER NOT NULL,
  body_end INTEGER NOT NULL,
  PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
  subject, people, body, files,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
/* Fewer, larger merges: a third less work for a message, and no search is slower for it. */
INSERT INTO search (search, rank) VALUES ('automerge', 16);
`;

const THE_REST = `
CREATE TABLE user (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE compiled_table (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  type TEXT NOT NULL,
  source_modified_at INTEGER,
  built_at INTEGER NOT NULL,
  UNIQUE (path, type)
) STRICT;

CREATE TABLE compiled_entry (
  table_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  line INTEGER,
  PRIMARY KEY (table_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  what TEXT NOT NULL
) STRICT;

CREATE TABLE revision_file (
  revision INTEGER NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (revision, name)
) STRICT, WITHOUT ROWID;

/* Texts of revisions, each once. */
CREATE TABLE file_text (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE refusal (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  client_name TEXT NOT NULL,
  client_address TEXT NOT NULL,
  helo TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  stage TEXT NOT NULL,
  reply TEXT NOT NULL,
  transcript TEXT NOT NULL,
  journey TEXT NOT NULL
) STRICT;
`;

export const firstSchema: Migration = {
  version: 10,
  up(db) {
    db.exec(MESSAGES);
    db.exec(FOLDERS);
    db.exec(INDEX);
    db.exec(THE_REST);
  },
};
