/**
 * hash, btree, lmdb, cdb, dbm, sdbm: tables that postmap(1), postalias(1) or newaliases(1) built. Here all of them are
 * rows of the sandbox's store; type and source path tell them apart. A rebuilt table is seen by the next look-up.
 */
import type { CompiledTable } from '../store/store.ts';
import type { TableContext, TableType } from './context.ts';
import { foldKey, tablePath } from './context.ts';
import { modificationTime } from './lines.ts';

/** File name suffix of each type's database in Postfix: as its messages name it. */
export const INDEXED_SUFFIX: Readonly<Record<string, string>> = {
  hash: '.db',
  btree: '.db',
  lmdb: '.lmdb',
  cdb: '.cdb',
  dbm: '.pag',
  sdbm: '.pag',
};

/** A source changed less than this long ago is not called newer: it may still be written to. */
const STALE_AFTER_MS = 100_000;

/** What is open, as messages name it. */
interface Named {
  readonly type: string;
  /** The source as configured, perhaps relative. */
  readonly name: string;
  readonly path: string;
}

/** The warning of a database that its source has outlived; undefined when all is well. */
export function olderThanSource(
  { type, name, path }: Named,
  table: CompiledTable,
  now: number,
): string | undefined {
  const changedAt = modificationTime(path);
  if (changedAt === undefined) return undefined;
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  if (seconds(changedAt) <= seconds(table.builtAt) || changedAt >= now - STALE_AFTER_MS) return undefined;
  return `database ${name}${INDEXED_SUFFIX[type] ?? ''} is older than source file ${name}`;
}

export const indexed =
  (type: string): TableType =>
  (name, context: TableContext) => {
    const path = tablePath(name, context.config);
    const { compiled, rebuilt, log, clock } = context;

    const openLatest = (): CompiledTable | undefined => {
      const opened = compiled.open(path, type);
      const warning = opened && olderThanSource({ type, name, path }, opened, clock.now());
      if (warning !== undefined) log.warning(warning);
      return opened;
    };

    let generation = rebuilt.generation();
    let table = openLatest();
    if (table === undefined) {
      const reason = `open database ${name}${INDEXED_SUFFIX[type] ?? ''}: No such file or directory`;
      return { failure: reason };
    }
    return {
      wantsPartialKeys: true,
      find(key) {
        const latest = rebuilt.generation();
        if (latest !== generation) {
          generation = latest;
          table = compiled.open(path, type) ?? table;
        }
        return table?.lookup(foldKey(key));
      },
    };
  };
