/** Aliases that lead back to themselves: local ones end in a bounce, virtual ones keep mail out. */
import { basename, dirname } from 'node:path';
import type { ConfigProblem } from '../config.ts';
import { logicalLines, type LogicalLine } from '../../tables/lines.ts';
import { parseAlias } from '../../tables/aliases.ts';
import { parseEntry } from '../../tables/entries.ts';
import { INDEXED_TYPES } from '../../tables/source-problems.ts';
import type { CheckInput } from './input.ts';
import { commentedOut, logicalAt } from './lines.ts';
import { orNothing } from './message.ts';
import type { TableSurroundings, TableUse } from './table-files.ts';
import { tableUses } from './table-files.ts';

interface Alias {
  readonly key: string;
  readonly targets: readonly string[];
  readonly file: string;
  readonly line: number;
}

export function aliasLoopProblems(input: CheckInput, around: TableSurroundings): readonly ConfigProblem[] {
  const uses = tableUses(input).filter(({ type }) => INDEXED_TYPES.has(type) || type === 'texthash');
  const of = (wanted: (use: TableUse) => boolean) =>
    uses.filter(wanted).flatMap((use) => aliasesOf(use, input, around));
  return [
    ...loopProblems(
      of((use) => use.isAliases),
      'local-alias-loop',
      around,
    ),
    ...loopProblems(
      of(({ parameter }) => parameter === 'virtual_alias_maps'),
      'virtual-alias-loop',
      around,
    ),
  ];
}

function aliasesOf(use: TableUse, { scope }: CheckInput, around: TableSurroundings): readonly Alias[] {
  const text = around.tableText(use.path) ?? '';
  const file = dirname(use.path) === around.directory ? basename(use.path) : use.path;
  const own = new Set(
    ['mydestination', 'myhostname'].flatMap((name) =>
      orNothing(() => scope.expanded(name))
        .toLowerCase()
        .split(/[\s,]+/),
    ),
  );
  const origin = orNothing(() => scope.expanded('myorigin')).toLowerCase();
  /** Local names without their domain; virtual ones with it. */
  const plain = (address: string) => {
    const lower = address.trim().toLowerCase();
    const [, local = '', domain = ''] = /^(.*)@([^@]*)$/.exec(lower) ?? [];
    if (!use.isAliases) return domain === '' ? `${lower}@${origin}` : lower;
    return own.has(domain) ? local : lower;
  };
  return logicalLines(text, () => undefined).flatMap((line) => {
    const entry = entryOf(line, use.isAliases);
    if (entry === undefined) return [];
    const targets = entry.value
      .split(',')
      .filter((target) => /^\s*[^\s"|/:\\]/.test(target))
      .map(plain);
    return [{ key: plain(entry.key), targets, file, line: line.line }];
  });
}

function entryOf(line: LogicalLine, isAliases: boolean) {
  const parsed = isAliases ? parseAlias(line) : parseEntry(line);
  return parsed?.ok === true ? parsed.entry : undefined;
}

/** Each loop once, at the alias of it that stands last. An alias that lists itself means the user. */
function loopProblems(
  aliases: readonly Alias[],
  rule: string,
  around: TableSurroundings,
): readonly ConfigProblem[] {
  const byKey = new Map<string, Alias>();
  for (const alias of aliases) if (!byKey.has(alias.key)) byKey.set(alias.key, alias);
  const told = new Set<string>();
  return [...byKey.values()].flatMap((alias) => {
    const loop = loopFrom(alias, byKey);
    const name = [...(loop ?? [])].sort().join(' ');
    if (loop === undefined || told.has(name)) return [];
    told.add(name);
    const last = loop
      .map((key) => byKey.get(key))
      .reduce((a, b) => ((b?.line ?? 0) > (a?.line ?? 0) ? b : a));
    return last === undefined ? [] : [loopProblem(loop, last, rule, around)];
  });
}

/** The way from an alias back to it, without its end; undefined: there is none. */
function loopFrom(start: Alias, byKey: ReadonlyMap<string, Alias>): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (alias: Alias, way: readonly string[]): readonly string[] | undefined => {
    for (const target of alias.targets) {
      if (target === start.key && way.length > 1) return way;
      const next = byKey.get(target);
      if (next === undefined || next === alias || seen.has(target)) continue;
      seen.add(target);
      const found = walk(next, [...way, target]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(start, [start.key]);
}

function loopProblem(
  loop: readonly string[],
  { file, line }: Alias,
  rule: string,
  around: TableSurroundings,
): ConfigProblem {
  const text = file.startsWith('/') ? undefined : around.tableText(`${around.directory}/${file}`);
  const what = rule === 'local-alias-loop' ? 'mail for them is returned' : 'mail for them is not taken';
  return {
    severity: 'warning',
    file,
    line,
    rule,
    message: `aliases lead back to themselves: ${[...loop, loop[0]].join(' -> ')}: ${what}`,
    ...(text === undefined
      ? {}
      : {
          fix: {
            title: 'Comment this alias out',
            edits: commentedOut(text, file, logicalAt(text, line)?.parts.map((part) => part.line) ?? [line]),
          },
        }),
  };
}
