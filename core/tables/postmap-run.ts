/** What the parts of postmap(1) share: the run of one command, and how it opens tables. */
import path from 'node:path';
import type { Config } from '../config/config.ts';
import type { CompiledTable, CompiledTables, UserStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import type { SqliteQuery, TableContext, TableCore } from './context.ts';
import { foldKey, isFailure } from './context.ts';
import { INDEXED_SUFFIX, olderThanSource } from './indexed.ts';
import type { PostmapOptions } from './postmap-options.ts';
import type { Table } from './table.ts';
import { openCore } from './tables.ts';

export interface PostmapDependencies {
  readonly configDir: string;
  /** Absent: read from the folder, which `-c` can change. */
  readonly config?: Config;
  readonly compiled: CompiledTables;
  readonly log: LogFactory;
  /** For unix: tables; absent: there are no users. */
  readonly users?: Pick<UserStore, 'find' | 'list'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where relative file names begin; absent: the process's own folder. */
  readonly cwd?: string;
  readonly openSqlite?: (path: string) => SqliteQuery;
}

/** Ends the command with a message and status 1. */
export class Fatal extends Error {}

export const fatal = (message: string): never => {
  throw new Fatal(message);
};

export interface TableName {
  readonly type: string;
  /** As given, for messages. */
  readonly name: string;
  /** `type:name` */
  readonly text: string;
}

const NOBODY: Pick<UserStore, 'find' | 'list'> = { find: () => undefined, list: () => [] };

export interface Run {
  readonly command: 'postmap' | 'postalias';
  readonly options: PostmapOptions;
  readonly config: Config;
  readonly deps: PostmapDependencies;
  readonly stdin: string;
  readonly now: () => number;
  readonly out: (line: string) => void;
  readonly warn: (text: string) => void;
}

export function tableName(run: Run, argument: string): TableName {
  const colon = argument.indexOf(':');
  const type = colon < 0 ? run.config.get('default_database_type') : argument.slice(0, colon);
  const name = argument.slice(colon + 1);
  return { type, name, text: `${type}:${name}` };
}

export const sourcePath = (run: Run, name: string): string =>
  path.resolve(run.deps.cwd ?? process.cwd(), name);

/** An indexed table that must exist. */
export function openIndexed(run: Run, { type, name }: TableName): CompiledTable {
  const file = sourcePath(run, name);
  const table = run.deps.compiled.open(file, type);
  if (table === undefined)
    return fatal(`open database ${name}${INDEXED_SUFFIX[type] ?? ''}: No such file or directory`);
  const warning = olderThanSource({ type, name, path: file }, table, run.now());
  if (warning !== undefined) run.warn(warning);
  return table;
}

function context(run: Run): TableContext {
  const log = {
    info: () => undefined,
    warning: run.warn,
    error: (text: string) => fatal(text),
    fatal: (text: string) => fatal(text),
  };
  const { deps } = run;
  return {
    config: run.config,
    compiled: deps.compiled,
    rebuilt: { generation: () => deps.compiled.version() },
    users: deps.users ?? NOBODY,
    log,
    clock: { now: run.now },
    duplicates: run.options.duplicates,
    ...(deps.openSqlite === undefined ? {} : { openSqlite: deps.openSqlite }),
    open: (specification) => asTable(specification, openTable(run, tableName(run, specification))),
  };
}

/** A table inside another one: it has no failures of its own to hide, those end the command. */
function asTable(name: string, core: TableCore): Table {
  return {
    name,
    wantsPartialKeys: core.wantsPartialKeys,
    async lookup(key) {
      const found = await core.find(key);
      if (found === undefined) return { kind: 'absent' };
      if (isFailure(found)) return { kind: 'unavailable', table: name, reason: found.failure };
      return { kind: 'found', value: found.value, table: name, key: found.key };
    },
    close: () => core.close?.(),
  };
}

const FILE_TYPES = new Set(['texthash', 'regexp', 'pcre', 'cidr', 'sqlite']);

export function openTable(run: Run, table: TableName): TableCore {
  if (table.type in INDEXED_SUFFIX) {
    const indexed = openIndexed(run, table);
    const fold = run.options.folds ? foldKey : (key: string) => key;
    return {
      wantsPartialKeys: true,
      find: (key) => indexed.lookup(fold(key)),
      entries: () => indexed.entries(),
    };
  }
  const isFile = FILE_TYPES.has(table.type) && !table.name.startsWith('{');
  const name = isFile ? sourcePath(run, table.name) : table.name;
  const core = openCore(`${table.type}:${name}`, context(run));
  return isFailure(core) ? fatal(core.failure) : core;
}

export const stdinLines = (stdin: string): readonly string[] =>
  stdin === '' ? [] : stdin.replace(/\n$/, '').split('\n');
