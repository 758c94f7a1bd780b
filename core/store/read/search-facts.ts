/** Numbers and names that a search's SQL needs, as they are stored. */
import type { Connection } from '../database.ts';
import type { SearchFacts } from './search-conditions.ts';
import { createBeginning } from './word-beginnings.ts';

export function createSearchFacts(db: Connection): SearchFacts {
  const folder = db.prepare('SELECT id, total FROM folder WHERE kind = ? AND name = ? COLLATE NOCASE');
  const total = db.prepare('SELECT total FROM folder WHERE id = ?').pluck();
  const counter = db.prepare('SELECT value FROM counter WHERE name = ?').pluck();
  return {
    folder: (kind, name) => folder.get(kind, name) as { id: number; total: number } | undefined,
    total: (id) => (total.get(id) as number | undefined) ?? 0,
    count: (name) => (counter.get(name) as number | undefined) ?? 0,
    beginning: createBeginning(db),
  };
}
