/** Indexed lookup tables: rows in place of Postfix's .db and .lmdb files. */
import type { Clock } from '../util/clock.ts';
import { remembering } from './compiled-cache.ts';
import type { Connection } from './database.ts';
import type { ReadCounter } from './read/counts.ts';
import type { CompiledEntry, CompiledTables } from './store.ts';
import type { Writer } from './writer.ts';

export interface CompiledDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly readCounter: ReadCounter;
}

interface TableRow {
  readonly id: number;
  readonly source_modified_at: number | null;
  readonly built_at: number;
}
interface EntryRow {
  readonly key: string;
  readonly value: string;
  readonly line: number | null;
}

const toEntry = ({ key, value, line }: EntryRow): CompiledEntry => ({
  key,
  value,
  ...(line === null ? {} : { line }),
});

export function createCompiledTables(dependencies: CompiledDependencies): CompiledTables {
  const { db, writer, clock, readCounter } = dependencies;
  const selectTable = db.prepare(
    'SELECT id, source_modified_at, built_at FROM compiled_table WHERE path = ? AND type = ?',
  );
  const selectEntry = db.prepare(
    'SELECT key, value, line FROM compiled_entry WHERE table_id = ? AND key = ?',
  );
  const selectEntries = db.prepare(
    'SELECT key, value, line FROM compiled_entry WHERE table_id = ? ORDER BY key',
  );
  const selectFew = db.prepare('SELECT key, value, line FROM compiled_entry WHERE table_id = ? LIMIT ?');
  return {
    open(path, type) {
      const row = selectTable.get(path, type) as TableRow | undefined;
      if (row === undefined) return undefined;
      return {
        sourceModifiedAt: row.source_modified_at,
        builtAt: row.built_at,
        lookup: remembering({
          lookup(key) {
            const entry = selectEntry.get(row.id, key) as EntryRow | undefined;
            return entry === undefined ? undefined : toEntry(entry);
          },
          atMost(limit) {
            const rows = selectFew.all(row.id, limit + 1) as EntryRow[];
            return rows.length > limit ? undefined : rows.map(toEntry);
          },
        }),
        entries: () => (selectEntries.all(row.id) as EntryRow[]).map(toEntry),
      };
    },
    async replace(path, type, entries, sourceModifiedAt) {
      await writer.write('replaceTable', { path, type, entries, sourceModifiedAt, at: clock.now() });
    },
    version: () => readCounter('table_version'),
  };
}
