/** Lookup tables: files that are not there, compiled forms that are older than their text, lines that are skipped. */
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { CompiledTables } from '../../store/store.ts';
import { hasSource, INDEXED_TYPES, sourceProblems } from '../../tables/source-problems.ts';
import type { ConfigProblem, Origin } from '../config.ts';
import type { CheckInput } from './input.ts';
import { appended, commentedOut, logicalAt, type Texts } from './lines.ts';
import { orNothing } from './message.ts';

export interface TableUse {
  readonly type: string;
  readonly path: string;
  readonly parameter: string;
  readonly origin: Origin;
  readonly isAliases: boolean;
}

const REFERENCE = /\b([a-z][a-z0-9]*):(\/[^\s,{}]+)/g;
const ALIASES = new Set(['alias_maps', 'alias_database']);

/** Every table with a file that the settings name; each once. */
export function tableUses({ settings, scope }: CheckInput): readonly TableUse[] {
  const found = new Map<string, TableUse>();
  const add = (parameter: string, value: string, origin: Origin) => {
    for (const [name, type = '', path = ''] of value.matchAll(REFERENCE))
      if (hasSource(type) && !found.has(name))
        found.set(name, { type, path, parameter, origin, isAliases: ALIASES.has(parameter) });
  };
  for (const [name, { origin }] of settings.main)
    add(
      name,
      orNothing(() => scope.expanded(name)),
      origin,
    );
  for (const service of settings.services) {
    const local = scope.within(service);
    for (const { name, origin } of service.overrides)
      add(
        name,
        orNothing(() => local.expanded(name)),
        origin,
      );
  }
  return [...found.values()];
}

/** A table's text: of the configuration folder, where drafts count, or from elsewhere. */
export type TableText = (path: string) => string | undefined;

export interface TableSurroundings {
  readonly directory: string;
  readonly tableText: TableText;
  /** Absent: what is compiled is not known. */
  readonly compiled?: Pick<CompiledTables, 'open'>;
  /** Files that are drafts: they are compiled when they are applied. */
  readonly drafted: ReadonlySet<string>;
}

export function tableProblems(input: CheckInput, around: TableSurroundings): readonly ConfigProblem[] {
  return tableUses(input).flatMap((use) => {
    const text = around.tableText(use.path);
    if (text === undefined) return missingProblem(use, around);
    return [...lineProblems(use, text, around), ...staleProblem(use, around)];
  });
}

function missingProblem(use: TableUse, { directory, compiled }: TableSurroundings): readonly ConfigProblem[] {
  const { type, path, parameter, origin } = use;
  if (compiled?.open(path, type) !== undefined) return [];
  const file = basename(path);
  const isOurs = dirname(path) === directory;
  const example = use.isAliases ? '# name: address\n' : '# key value\n';
  return [
    {
      severity: 'error',
      ...origin,
      parameter,
      rule: 'missing-table',
      message: `${parameter}: open ${path}: No such file or directory`,
      ...(isOurs ? { fix: { title: `Begin the file ${file}`, edits: [appended('', file, example)] } } : {}),
    },
  ];
}

function lineProblems(
  use: TableUse,
  text: string,
  { directory }: TableSurroundings,
): readonly ConfigProblem[] {
  const file = dirname(use.path) === directory ? basename(use.path) : use.path;
  return sourceProblems(use.type, text, use.isAliases).map(({ line, message }) => ({
    severity: 'warning' as const,
    file,
    line,
    rule: 'table-line',
    message,
    ...(line > 0 && dirname(use.path) === directory
      ? { fix: { title: 'Comment the line out', edits: commentedOut(text, file, linesAt(text, line)) } }
      : {}),
  }));
}

const linesAt = (text: string, line: number) =>
  logicalAt(text, line)?.parts.map((part) => part.line) ?? [line];

/** The warning is Postfix's; what it calls a .db file is a table in the sandbox's database. */
function staleProblem(use: TableUse, around: TableSurroundings): readonly ConfigProblem[] {
  const { type, path } = use;
  if (around.compiled === undefined || !INDEXED_TYPES.has(type) || around.drafted.has(basename(path)))
    return [];
  const modifiedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const table = around.compiled.open(path, type);
  const isFresh =
    table?.sourceModifiedAt == null
      ? table !== undefined
      : table.sourceModifiedAt >= Math.floor(modifiedAt ?? 0);
  if (isFresh) return [];
  const command = use.isAliases ? 'postalias' : 'postmap';
  return [
    {
      severity: 'warning',
      file: dirname(path) === around.directory ? basename(path) : path,
      line: 0,
      parameter: use.parameter,
      rule: 'stale-table',
      message:
        table === undefined
          ? `${type}:${path} was never compiled: look-ups fail`
          : `database ${path}.${type === 'lmdb' ? 'lmdb' : 'db'} is older than source file ${path}`,
      fix: { title: `Run ${command}`, edits: [], compile: `${type}:${path}` },
    },
  ];
}

/** Texts of the folder by path, of other places from the disk. */
export function tableTextOf(directory: string, texts: Texts, readOther: TableText): TableText {
  return (path) => (dirname(path) === directory ? texts(basename(path)) : readOther(path));
}
