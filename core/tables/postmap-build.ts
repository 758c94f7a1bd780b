/** postmap without -q: building a table, and taking entries out of it (-d). */
import type { CompiledEntry } from '../store/store.ts';
import type { BuildOptions } from './build.ts';
import { createBuilder } from './build.ts';
import { foldKey } from './context.ts';
import { INDEXED_SUFFIX } from './indexed.ts';
import { readSource } from './lines.ts';
import type { Run, TableName } from './postmap-run.ts';
import { fatal, openIndexed, sourcePath, stdinLines, tableName } from './postmap-run.ts';
import { TABLE_TYPES } from './tables.ts';

/** Types whose messages about an entry name the database file (dict_db(3)). */
const BY_FILE: ReadonlySet<string> = new Set(['hash', 'btree']);
/** Patterns are read, never written (dict_open(3)). */
const READ_ONLY: ReadonlySet<string> = new Set(['regexp', 'pcre', 'cidr', 'texthash', 'inline', 'static']);

const NOT_BULK = 'does not support bulk-mode creation.';

function requireIndexed({ type }: TableName): void {
  if (type in INDEXED_SUFFIX) return;
  fatal(
    TABLE_TYPES.includes(type)
      ? `unsupported dictionary type: ${type} ${NOT_BULK}`
      : `unsupported dictionary type: ${type}. Is the postfix-${type} package installed?`,
  );
}

export async function runRemove(run: Run, key: string): Promise<number> {
  const keys = key === '-' ? stdinLines(run.stdin) : [key];
  const folded = new Set(run.options.folds ? keys.map(foldKey) : keys);
  let exit = 1;
  for (const argument of run.options.tables) {
    const table = tableName(run, argument);
    if (READ_ONLY.has(table.type)) fatal(`${table.text} map requires O_RDONLY access mode`);
    if (!(table.type in INDEXED_SUFFIX)) fatal(`table ${table.text}: delete operation is not supported`);
    // An lmdb file is created by being opened for writing.
    if (table.type === 'lmdb' && run.deps.compiled.open(sourcePath(run, table.name), 'lmdb') === undefined)
      continue;
    const existing = openIndexed(run, table);
    const entries = [...existing.entries()];
    const kept = entries.filter((entry) => !folded.has(entry.key));
    if (kept.length === entries.length) continue;
    exit = 0;
    await run.deps.compiled.replace(sourcePath(run, table.name), table.type, kept, existing.sourceModifiedAt);
  }
  return exit;
}

/** What sendmail and NIS look for in an alias database. */
function signatures(run: Run): readonly CompiledEntry[] {
  const seconds = String(Math.floor(run.now() / 1000)).padStart(10, '0');
  return [
    { key: '@', value: '@' },
    { key: 'YP_LAST_MODIFIED', value: seconds },
    { key: 'YP_MASTER_NAME', value: run.config.get('myhostname') },
  ];
}

interface Input {
  readonly text: string;
  /** For messages. */
  readonly name: string;
  readonly modifiedAt: number | null;
  /** The entries to begin with (-i). */
  readonly existing: Iterable<CompiledEntry>;
}

/** The source file; with -i standard input, on top of what is there. */
function readInput(run: Run, table: TableName): Input {
  const file = sourcePath(run, table.name);
  if (run.options.isIncremental) {
    const existing = run.deps.compiled.open(file, table.type);
    return {
      text: run.stdin,
      name: 'stdin',
      modifiedAt: existing?.sourceModifiedAt ?? null,
      existing: existing?.entries() ?? [],
    };
  }
  if (table.type === 'proxy') fatal("can't create maps via the proxy service");
  const source = readSource(file);
  if (!source.ok) return fatal(`open ${table.name}: ${source.reason}`);
  return { text: source.text, name: table.name, modifiedAt: Math.floor(source.modifiedAt), existing: [] };
}

export async function build(run: Run, table: TableName): Promise<void> {
  const { options, command } = run;
  const input = readInput(run, table);
  requireIndexed(table);
  const buildOptions: BuildOptions = {
    command,
    folds: options.folds,
    duplicates: options.duplicates,
    valueIsFile: options.valueIsFile,
    table: BY_FILE.has(table.type) ? `${table.name}${INDEXED_SUFFIX[table.type] ?? ''}` : table.text,
    source: input.name,
    keepsLines: !options.isIncremental,
    warn: run.warn,
  };
  const builder = createBuilder(buildOptions, input.existing);
  builder.addText(input.text);
  const entries = new Map(builder.entries().map((entry) => [entry.key, entry]));
  if (command === 'postalias') {
    for (const entry of signatures(run)) entries.set(entry.key, entry);
  }
  const file = sourcePath(run, table.name);
  await run.deps.compiled.replace(file, table.type, [...entries.values()], input.modifiedAt);
}
