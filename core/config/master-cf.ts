/** Reading master.cf (master(5)). The fatal texts are those of postconf(1), which every postfix(1) command runs first. */
import type { ConfigProblem, MasterService, Origin } from './config.ts';
import { ConfigError } from './config.ts';
import type { LogicalLine } from './logical-lines.ts';
import { lineAt, readLogicalLines, strayLineMessage } from './logical-lines.ts';
import { splitNameValue, trimBlanks } from './name-value.ts';

export interface MasterCf {
  readonly services: readonly MasterService[];
  readonly problems: readonly ConfigProblem[];
}

/** The columns before the arguments, by the names postconf -F gives them. */
export const MASTER_FIELDS = [
  'service',
  'type',
  'private',
  'unprivileged',
  'chroot',
  'wakeup',
  'process_limit',
  'command',
] as const;
export type MasterField = (typeof MASTER_FIELDS)[number];

const TYPES = ['inet', 'unix', 'unix-dgram', 'fifo', 'pass'] as const;
/** The only option of the daemons that takes a value. */
const OPTION_WITH_VALUE = 'o';

/** A word of a master.cf line and where it stands. */
interface Word {
  readonly text: string;
  readonly line: number;
}

/** Throws ConfigError for a line that is no service. `path` is the file's name as messages have it. */
export function readMasterCf(text: string, path: string): MasterCf {
  const { lines, strays } = readLogicalLines(text);
  const problems: ConfigProblem[] = strays.map((stray) => ({
    severity: 'warning',
    file: 'master.cf',
    line: stray.line,
    message: strayLineMessage(stray),
  }));
  try {
    return { services: lines.map((logical) => parseLogical(logical, path, problems)), problems };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const warnings = problems.map((problem) => masterWarning(problem, path));
    throw new ConfigError(error.message, error.origin, warnings);
  }
}

/** A problem found while reading, as postconf(1) prints it: it names the folder only for lines that are dropped. */
export function masterWarning(problem: ConfigProblem, path: string): string {
  return `${problem.message.startsWith('logical line') ? path : 'master.cf'}: ${problem.message}`;
}

function parseLogical(logical: LogicalLine, path: string, problems: ConfigProblem[]): MasterService {
  const words = splitWords(logical);
  const origin: Origin = { file: 'master.cf', line: logical.line };
  if (words.length < MASTER_FIELDS.length)
    throw new ConfigError(`file ${path}: line ${logical.line}: bad field count`, origin);
  return toService(words, logical.text, origin, problems);
}

/** One service from its text, as `postconf -M name/type=text` takes it. */
export function parseMasterEntry(text: string, problems: ConfigProblem[] = []): MasterService {
  const logical: LogicalLine = { text, line: 0, lastLine: 0, parts: [] };
  const words = splitWords(logical);
  if (words.length < MASTER_FIELDS.length) throw new ConfigError('bad field count');
  return toService(words, text, { file: 'master.cf', line: 0 }, problems);
}

function splitWords(logical: LogicalLine): Word[] {
  const words: Word[] = [];
  let start = -1;
  let level = 0;
  const text = `${logical.text} `;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const isBlank = level === 0 && /[ \t\r\n\f\v]/.test(character);
    if (isBlank || at === text.length - 1) {
      if (start !== -1) words.push({ text: text.slice(start, at), line: lineAt(logical, start) });
      start = -1;
      continue;
    }
    if (start === -1) start = at;
    if (character === '{') level++;
    else if (character === '}' && level > 0) level--;
  }
  return words;
}

function toService(
  words: readonly Word[],
  text: string,
  origin: Origin,
  problems: ConfigProblem[],
): MasterService {
  const fields = words.slice(0, MASTER_FIELDS.length).map((w) => w.text);
  const [name = '', type = '', priv = '', unprivileged = '', chroot = ''] = fields;
  const [wakeup = '', processLimit = '', command = ''] = fields.slice(5);
  const bad = badField(fields);
  if (bad !== undefined)
    throw new ConfigError(`invalid ${bad.field} field "${bad.value}" in "${text}"`, origin);
  const normal = normalizeOptions(words.slice(MASTER_FIELDS.length));
  problems.push(...normal.problems);
  return {
    name,
    type: type as MasterService['type'],
    private: priv,
    unprivileged,
    chroot,
    wakeup,
    processLimit,
    command,
    arguments: normal.words.map((w) => w.text),
    overrides: normal.overrides,
    ...(normal.startupError === undefined ? {} : { startupError: normal.startupError }),
    origin,
  };
}

/** The first column whose value Postfix refuses. */
function badField(fields: readonly string[]): { field: MasterField; value: string } | undefined {
  const checks: readonly (readonly [number, RegExp])[] = [
    [1, new RegExp(`^(${TYPES.join('|')})$`)],
    [2, /^[yn-]$/],
    [3, /^[yn-]$/],
    [4, /^[yn-]$/],
    [5, /^(-|\d*)\??$/],
    [6, /^(-|\d+)$/],
  ];
  for (const [at, pattern] of checks) {
    const value = fields[at] ?? '';
    if (!pattern.test(value)) return { field: MASTER_FIELDS[at] ?? 'service', value };
  }
  return undefined;
}

interface Options {
  /** The words as postconf -M knows them: `-o` apart from its value, outer braces taken off. */
  readonly words: readonly Word[];
  readonly overrides: MasterService['overrides'];
  readonly startupError?: string;
  readonly problems: readonly ConfigProblem[];
}

/** Splits `-oname=value` and `-vo`, unwraps `{ name = value }`, and collects the overrides before the first other word. */
function normalizeOptions(words: readonly Word[]): Options {
  const out: Word[] = [];
  const overrides: MasterService['overrides'][number][] = [];
  const problems: ConfigProblem[] = [];
  let startupError: string | undefined;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || !/^-(?!-$)./.test(word.text)) break;
    const option = valueOption(word.text);
    if (option === undefined) {
      out.push(word);
      continue;
    }
    if (option.before !== '-') out.push({ ...word, text: option.before });
    const value = option.attached === '' ? words[++at] : { ...word, text: option.attached };
    out.push({ ...word, text: '-o' });
    if (value === undefined) break;
    const assignment = readOverride(value, problems);
    out.push({ ...value, text: assignment.normalized });
    if (assignment.override !== undefined) overrides.push(assignment.override);
    startupError ??= assignment.startupError;
  }
  const others = words.slice(at).map((word) => ({ ...word, text: ungroup(word, problems) }));
  return {
    words: [...out, ...others],
    overrides,
    problems,
    ...(startupError === undefined ? {} : { startupError }),
  };
}

/** `-o`, `-oname=value`, `-vo`: the letters before the first one that takes a value, and what is attached to it. */
function valueOption(text: string): { before: string; attached: string } | undefined {
  const at = text.indexOf(OPTION_WITH_VALUE, 1);
  return at === -1 ? undefined : { before: text.slice(0, at), attached: text.slice(at + 1) };
}

interface Assignment {
  readonly normalized: string;
  readonly override?: MasterService['overrides'][number];
  readonly startupError?: string;
}

function readOverride(word: Word, problems: ConfigProblem[]): Assignment {
  const isGroup = word.text.startsWith('{');
  const inner = ungroup(word, problems);
  const pair = splitNameValue(inner);
  if (pair.kind === 'pair') {
    const origin: Origin = { file: 'master.cf', line: word.line };
    const override = { name: pair.name, value: pair.value, origin };
    return { normalized: isGroup ? `${pair.name}=${pair.value}` : inner, override };
  }
  if (isGroup) problems.push(warning(word, `${pair.reason}: "${inner}"`));
  return { normalized: inner, startupError: `invalid "-o ${inner}" option value: ${pair.reason}` };
}

/** Takes the braces off `{ text }` (extpar(3)); text that is not in braces stays. */
function ungroup(word: Word, problems: ConfigProblem[]): string {
  const { text } = word;
  if (!text.startsWith('{')) return text;
  const end = closingBrace(text);
  if (end === -1) problems.push(warning(word, `missing '}' in "${text}"`));
  else if (end < text.length - 1) problems.push(warning(word, `syntax error after '}' in "${text}"`));
  return trimBlanks(text.slice(1, end === -1 ? text.length : end));
}

function closingBrace(text: string): number {
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') level++;
    else if (text[at] === '}' && --level === 0) return at;
  }
  return -1;
}

function warning(word: Word, message: string): ConfigProblem {
  return { severity: 'warning', file: 'master.cf', line: word.line, message };
}
