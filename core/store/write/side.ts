/** Writes of the smaller stores: users, compiled tables, revisions, refusals. */
import { createHash } from 'node:crypto';
import type { Connection } from '../database.ts';
import type { Operations } from '../wire.ts';
import type { Counters } from './counters.ts';

/** Refusals kept; older ones make room. */
export const KEPT_REFUSALS = 5000;

export interface SideWrites {
  refuse(order: Operations['refuse']['in']): null;
  addUser(order: Operations['addUser']['in']): boolean;
  removeUser(order: Operations['removeUser']['in']): boolean;
  replaceTable(order: Operations['replaceTable']['in']): null;
  addRevision(order: Operations['addRevision']['in']): number;
}

export function createSideWrites(db: Connection, counters: Counters): SideWrites {
  const insertRefusal = db.prepare(
    `INSERT INTO refusal (at, client_name, client_address, helo, sender, recipient, stage, reply, transcript, journey)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const dropRefusals = db.prepare('DELETE FROM refusal WHERE id <= ?');
  const insertUser = db.prepare('INSERT OR IGNORE INTO user (name, added_at) VALUES (?, ?)');
  const deleteUser = db.prepare('DELETE FROM user WHERE name = ?');
  return {
    refuse({ refusals }) {
      let newest = 0;
      for (const r of refusals) {
        const { lastInsertRowid } = insertRefusal.run(
          r.at,
          r.clientName,
          r.clientAddress,
          r.helo,
          r.sender,
          r.recipient,
          r.stage,
          r.reply,
          JSON.stringify(r.transcript),
          JSON.stringify(r.journey),
        );
        newest = Number(lastInsertRowid);
      }
      const dropped = dropRefusals.run(newest - KEPT_REFUSALS).changes;
      counters.add('refusals', refusals.length - dropped);
      return null;
    },
    addUser: ({ name, at }) => insertUser.run(name, at).changes > 0,
    removeUser: ({ name }) => deleteUser.run(name).changes > 0,
    replaceTable: createReplaceTable(db, counters),
    addRevision: createAddRevision(db),
  };
}

function createReplaceTable(db: Connection, counters: Counters): SideWrites['replaceTable'] {
  const upsertTable = db
    .prepare(
      `INSERT INTO compiled_table (path, type, source_modified_at, built_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (path, type) DO UPDATE SET source_modified_at = excluded.source_modified_at, built_at = excluded.built_at
     RETURNING id`,
    )
    .pluck();
  const clearTable = db.prepare('DELETE FROM compiled_entry WHERE table_id = ?');
  const insertEntry = db.prepare(
    'INSERT OR IGNORE INTO compiled_entry (table_id, key, value, line) VALUES (?, ?, ?, ?)',
  );
  return ({ path, type, entries, sourceModifiedAt, at }) => {
    const id = upsertTable.get(path, type, sourceModifiedAt, at) as number;
    clearTable.run(id);
    for (const { key, value, line } of entries) insertEntry.run(id, key, value, line);
    counters.add('table_version', 1);
    return null;
  };
}

function createAddRevision(db: Connection): SideWrites['addRevision'] {
  const insertRevision = db.prepare(
    'INSERT INTO revision (at, what, recipe, recipe_action) VALUES (?, ?, ?, ?)',
  );
  const insertText = db.prepare('INSERT OR IGNORE INTO file_text (hash, text) VALUES (?, ?)');
  const insertFile = db.prepare('INSERT INTO revision_file (revision, name, hash) VALUES (?, ?, ?)');
  return ({ at, what, files, recipe }) => {
    const revision = Number(
      insertRevision.run(at, what, recipe?.id ?? null, recipe?.action ?? null).lastInsertRowid,
    );
    for (const [name, text] of Object.entries(files)) {
      const hash = createHash('sha256').update(text).digest('hex');
      insertText.run(hash, text);
      insertFile.run(revision, name, hash);
    }
    return revision;
  };
}
