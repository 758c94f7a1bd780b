/** Indexed tables as postmap(1) and postalias(1) would build them from texts that are not written yet. */
import type { CompiledEntry, CompiledTable, CompiledTables } from '../store/store.ts';
import { createBuilder } from './build.ts';
import { foldKey } from './context.ts';
import type { Drafts } from './lines.ts';

const byBytes = (a: CompiledEntry, b: CompiledEntry) =>
  Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));

function build(text: string, table: string, command: 'postmap' | 'postalias', at: number): CompiledTable {
  const builder = createBuilder({
    command,
    folds: true,
    duplicates: 'ignore',
    valueIsFile: false,
    table,
    source: table,
    keepsLines: true,
    warn: () => undefined,
  });
  builder.addText(text);
  const entries = new Map(builder.entries().map((entry) => [entry.key, entry]));
  return {
    sourceModifiedAt: at,
    builtAt: at,
    lookup: (key) => entries.get(foldKey(key)),
    entries: () => [...entries.values()].sort(byBytes),
  };
}

/**
 * The store's tables, with those of drafts built in memory. Nothing is written.
 * @param isAliasTable whether postalias(1) builds the table `type:path`
 * @param now when they count as built, ms since the epoch
 */
export function createDraftTables(
  compiled: CompiledTables,
  drafts: Drafts,
  isAliasTable: (table: string) => boolean,
  now: number,
): CompiledTables {
  const built = new Map<string, CompiledTable>();
  return {
    ...compiled,
    open(path, type) {
      const text = drafts.get(path);
      if (text === undefined) return compiled.open(path, type);
      const name = `${type}:${path}`;
      let table = built.get(name);
      if (table === undefined) {
        table = build(text, name, isAliasTable(name) ? 'postalias' : 'postmap', now);
        built.set(name, table);
      }
      return table;
    },
  };
}
