/** Writes of what a person set up: saved searches, rules, settings. */
import type { Connection } from '../database.ts';
import type { Operations } from '../wire.ts';

export interface DeskWrites {
  /** The search's number; 0: another one has that name, or there is none of that number. */
  putSearch(order: Operations['putSearch']['in']): number;
  removeSearch(order: Operations['removeSearch']['in']): boolean;
  putRule(order: Operations['putRule']['in']): null;
  removeRule(order: Operations['removeRule']['in']): boolean;
  putSetting(order: Operations['putSetting']['in']): null;
}

export function createDeskWrites(db: Connection): DeskWrites {
  const insertSearch = db.prepare('INSERT OR IGNORE INTO saved_search (name, search) VALUES (?, ?)');
  const updateSearch = db.prepare('UPDATE OR IGNORE saved_search SET name = ?, search = ? WHERE id = ?');
  const deleteSearch = db.prepare('DELETE FROM saved_search WHERE id = ?');
  const insertRule = db.prepare('INSERT OR IGNORE INTO tag_rule (search, tag) VALUES (?, ?)');
  const deleteRule = db.prepare('DELETE FROM tag_rule WHERE id = ?');
  const upsertSetting = db.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    putSearch({ id, name, search }) {
      if (id !== undefined) return updateSearch.run(name, search, id).changes > 0 ? id : 0;
      const { changes, lastInsertRowid } = insertSearch.run(name, search);
      return changes > 0 ? Number(lastInsertRowid) : 0;
    },
    removeSearch: ({ id }) => deleteSearch.run(id).changes > 0,
    putRule({ search, tag }) {
      insertRule.run(search, tag);
      return null;
    },
    removeRule: ({ id }) => deleteRule.run(id).changes > 0,
    putSetting({ name, value }) {
      upsertSetting.run(name, value);
      return null;
    },
  };
}
