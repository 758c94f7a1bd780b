/** What is wrong with the lines of a table's source, as the program that reads it would warn. */
import type { CompiledEntry } from '../store/store.ts';
import { createBuilder } from './build.ts';
import { cidrProblems } from './cidr.ts';
import { patternAnswer, patternProblems } from './pattern-rules.ts';
import { pcreLanguage } from './pcre.ts';
import { regexpLanguage } from './regexp.ts';

export interface SourceProblem {
  /** From 1; 0: about the file. */
  readonly line: number;
  readonly message: string;
}

/** Table types that are built from a text by postmap(1) or postalias(1). */
export const INDEXED_TYPES: ReadonlySet<string> = new Set(['hash', 'lmdb', 'btree', 'cdb', 'dbm', 'sdbm']);
const TEXT_TYPES: ReadonlySet<string> = new Set(['texthash', 'regexp', 'pcre', 'cidr']);

/** Whether a table of this type is made from a text file that its name is the path of. */
export const hasSource = (type: string): boolean => INDEXED_TYPES.has(type) || TEXT_TYPES.has(type);

export function sourceProblems(type: string, text: string, isAliases: boolean): readonly SourceProblem[] {
  if (type === 'cidr') return cidrProblems(text);
  if (type === 'regexp') return patternProblems(regexpLanguage, text);
  if (type === 'pcre') return patternProblems(pcreLanguage, text);
  const found: SourceProblem[] = [];
  readTable(text, isAliases, (warning) => void found.push(placed(warning, text)));
  return found;
}

function readTable(text: string, isAliases: boolean, warn: (warning: string) => void) {
  const builder = createBuilder({
    command: isAliases ? 'postalias' : 'postmap',
    folds: true,
    duplicates: 'warn',
    valueIsFile: false,
    table: '',
    source: '',
    keepsLines: true,
    warn,
  });
  builder.addText(text);
  return builder.entries();
}

/** The entries of a source of keys and values, as postmap(1) or postalias(1) would store them. */
export const tableEntries = (text: string, isAliases: boolean): readonly CompiledEntry[] =>
  readTable(text, isAliases, () => undefined);

/** The builder's warnings are for a log: `, line 3: text`, or `: duplicate entry: "key"`, whose second line is looked for. */
function placed(warning: string, text: string): SourceProblem {
  const [, line, message] = /^, line (\d+): (.*)$/s.exec(warning) ?? [];
  if (line !== undefined) return { line: Number(line), message: message ?? '' };
  const bare = warning.replace(/^: /, '');
  const key = /^duplicate entry: "(.*)"$/s.exec(bare)?.[1];
  const lines = text.split('\n');
  const at = key === undefined ? -1 : lines.findLastIndex((one) => keyOf(one) === key);
  return { line: at + 1, message: bare };
}

const keyOf = (line: string) => /^"?([^\s":]+)/.exec(line)?.[1]?.toLowerCase();

/** What a pattern table made from this text answers; null: nothing. */
export const sourceAnswer = (type: 'regexp' | 'pcre', text: string, subject: string): string | null =>
  patternAnswer(type === 'pcre' ? pcreLanguage : regexpLanguage, text, subject);
