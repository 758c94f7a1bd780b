/**
 * The file format that regexp: and pcre: share (regexp_table(5), pcre_table(5)): `/pattern/flags result`,
 * `!/pattern/`, `if`, `endif`. A bad line is skipped with a warning that names it; the others work.
 */
import type { Found, TableContext, TableType } from './context.ts';
import { tablePath } from './context.ts';
import { logicalLines, modificationTime, openFailure, readSource } from './lines.ts';
import type { Replacement } from './macro.ts';
import { compileReplacement } from './macro.ts';

export interface CompiledPattern {
  /** How many groups capture. */
  readonly groups: number;
  /** What matched, from index 0; null: no match. */
  exec(subject: string): readonly (string | undefined)[] | null;
}

/** What tells one pattern language from the other. */
export interface PatternLanguage {
  /** `regexp`, `pcre`. */
  readonly name: string;
  /** The flags that exist. */
  readonly flags: string;
  /** Flags that are only warned about; the text follows `ignoring`. */
  readonly obsoleteFlags: string;
  /** `skipping` or `ignoring`, in the warning about a missing delimiter. */
  readonly missingDelimiter: string;
  /** How the warning about `$0` spells it. */
  readonly outOfRange: string;
  /** `/a/!/b/`: a second pattern that must not match. */
  readonly allowsSecond: boolean;
  /** @returns the reason where the pattern is bad, as the library words it */
  compile(pattern: string, flags: ReadonlySet<string>): CompiledPattern | { readonly reason: string };
}

interface Test {
  readonly pattern: CompiledPattern;
  readonly isNegated: boolean;
}

type Rule =
  | {
      readonly op: 'match';
      readonly line: number;
      readonly tests: readonly Test[];
      readonly expand: (groups: readonly (string | undefined)[]) => string;
    }
  /** `skipTo`: index of the rule after the matching endif; Infinity where there is none. */
  | { readonly op: 'if'; readonly line: number; readonly test: Test; skipTo: number };

interface Source {
  readonly pattern: string;
  readonly flags: ReadonlySet<string>;
  readonly isNegated: boolean;
  readonly rest: string;
}

const isBlank = (char: string): boolean => char === '' || /\s/.test(char);

/** Finds the delimiter that closes a pattern; -1 when there is none. */
function closingDelimiter(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === delimiter) return at;
  }
  return -1;
}

/** Reads flags up to white space (or `!` where a second pattern may follow); each one toggles. */
function takeFlags(
  text: string,
  from: number,
  language: PatternLanguage,
  warn: (warning: string) => void,
): { flags: ReadonlySet<string>; at: number } | undefined {
  const flags = new Set<string>();
  let at = from;
  for (; !isBlank(text.charAt(at)); at++) {
    const flag = text.charAt(at);
    if (flag === '!' && language.allowsSecond) break;
    if (language.obsoleteFlags.includes(flag)) {
      warn(`ignoring obsolete regexp option "${flag}"`);
    } else if (!language.flags.includes(flag)) {
      warn(`unknown regexp option "${flag}": skipping this rule`);
      return undefined;
    } else if (!flags.delete(flag)) {
      flags.add(flag);
    }
  }
  return { flags, at };
}

/** Takes one `!/pattern/flags` off the front. */
function takePattern(
  text: string,
  language: PatternLanguage,
  warn: (warning: string) => void,
): Source | undefined {
  const start = /^[!\s]*/.exec(text)?.[0] ?? '';
  if (start.length === text.length) {
    warn('no regexp: skipping this rule');
    return undefined;
  }
  const delimiter = text.charAt(start.length);
  const end = closingDelimiter(text, start.length + 1, delimiter);
  if (end < 0) {
    warn(`no closing regexp delimiter "${delimiter}": ${language.missingDelimiter} this rule`);
    return undefined;
  }
  const flags = takeFlags(text, end + 1, language, warn);
  if (flags === undefined) return undefined;
  return {
    pattern: text.slice(start.length + 1, end),
    flags: flags.flags,
    isNegated: start.replace(/\s/g, '').length % 2 === 1,
    rest: text.slice(flags.at),
  };
}

type Warn = (warning: string) => void;

/** A file while it is read. */
interface Reading {
  readonly language: PatternLanguage;
  readonly allowsSubstitution: boolean;
  readonly rules: Rule[];
  /** `if` without its `endif` so far. */
  readonly open: Extract<Rule, { op: 'if' }>[];
  /** Warnings that stand without file and line. */
  readonly log: Warn;
}

function compile({ language }: Reading, source: Source, warn: Warn): Test | undefined {
  const pattern = language.compile(source.pattern, source.flags);
  if ('reason' in pattern) {
    warn(pattern.reason);
    return undefined;
  }
  return { pattern, isNegated: source.isNegated };
}

/** A right-hand side that may be used with this pattern; a warning says why not. */
function checkedReplacement(
  { language, allowsSubstitution, log }: Reading,
  text: string,
  first: Source,
  warn: Warn,
): Extract<Replacement, { ok: true }> | undefined {
  if (text === '') warn('no replacement text: using empty string');
  const replacement = compileReplacement(text, language.outOfRange);
  if (!replacement.ok) {
    if (replacement.general !== undefined) log(replacement.general);
    replacement.warnings.forEach(warn);
    return undefined;
  }
  if (replacement.highest === 0) return replacement;
  if (first.isNegated) {
    warn('$number found in negative match replacement text: skipping this rule');
    return undefined;
  }
  if (allowsSubstitution) return replacement;
  warn('regular expression substitution is not allowed: skipping this rule');
  return undefined;
}

/** One pattern, or two in a language that has `/a/!/b/`. */
function takePatterns(text: string, language: PatternLanguage, warn: Warn): readonly Source[] | undefined {
  const first = takePattern(text, language, warn);
  if (first === undefined || !language.allowsSecond || !first.rest.startsWith('!')) {
    return first && [first];
  }
  const second = takePattern(first.rest, language, warn);
  return second && [first, second];
}

function readMatch(reading: Reading, text: string, line: number, warn: Warn): void {
  const sources = takePatterns(text, reading.language, warn);
  const [first, second] = sources ?? [];
  if (first === undefined) return;
  const replacement = checkedReplacement(reading, (second ?? first).rest.trim(), first, warn);
  const test = replacement && compile(reading, first, warn);
  if (replacement === undefined || test === undefined) return;
  if (replacement.highest > test.pattern.groups) {
    warn(`out of range replacement index "${replacement.highest}": skipping this rule`);
    return;
  }
  const secondTest = second && compile(reading, second, warn);
  if (second !== undefined && secondTest === undefined) return;
  const tests = secondTest === undefined ? [test] : [test, secondTest];
  reading.rules.push({ op: 'match', line, tests, expand: replacement.expand });
}

function readIf(reading: Reading, text: string, line: number, warn: Warn): void {
  const source = takePattern(text.trimStart(), reading.language, warn);
  if (source === undefined) return;
  const extra = source.rest.trim();
  if (extra !== '') {
    warn(`ignoring extra text after IF statement: "${extra}"`);
    warn('do not prepend whitespace to statements between IF and ENDIF');
  }
  const test = compile(reading, source, warn);
  if (test === undefined) return;
  const rule = { op: 'if' as const, line, test, skipTo: Infinity };
  reading.rules.push(rule);
  reading.open.push(rule);
}

function readEndif({ rules, open }: Reading, text: string, warn: Warn): void {
  const rule = open.pop();
  if (rule === undefined) {
    warn('ignoring ENDIF without matching IF');
    return;
  }
  if (text.trim() !== '') warn('ignoring extra text after ENDIF');
  rule.skipTo = rules.length;
}

function readRule(reading: Reading, text: string, line: number, warn: Warn): void {
  if (!/^[a-z0-9]/i.test(text)) readMatch(reading, text, line, warn);
  else if (/^if(?![a-z0-9])/i.test(text)) readIf(reading, text.slice(2), line, warn);
  else if (/^endif(?![a-z0-9])/i.test(text)) readEndif(reading, text.slice(5), warn);
  else warn('ignoring unrecognized request');
}

const passes = ({ pattern, isNegated }: Test, subject: string): boolean =>
  (pattern.exec(subject) === null) === isNegated;

/** The first rule that matches, in order. */
function search(rules: readonly Rule[], subject: string): Found {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as Rule;
    if (rule.op === 'if') {
      if (!passes(rule.test, subject)) i = rule.skipTo - 1;
      continue;
    }
    const [first, second] = rule.tests as readonly [Test, Test?];
    const groups = first.pattern.exec(subject);
    if ((groups === null) !== first.isNegated) continue;
    if (second !== undefined && !passes(second, subject)) continue;
    return { value: rule.expand(groups ?? []), key: subject, line: rule.line };
  }
  return undefined;
}

/** Where warnings about a file go: those of a line with its number. */
interface Complaints {
  readonly ofLine: (line: number, warning: string) => void;
  readonly ofFile: (warning: string) => void;
  /** Warnings that stand alone. */
  readonly alone: (warning: string) => void;
}

function readRules(
  language: PatternLanguage,
  text: string,
  allowsSubstitution: boolean,
  complain: Complaints,
): readonly Rule[] {
  const reading: Reading = { language, allowsSubstitution, rules: [], open: [], log: complain.alone };
  for (const { text: rule, line } of logicalLines(text, complain.ofFile))
    readRule(reading, rule.trimEnd(), line, (warning) => {
      complain.ofLine(line, warning);
    });
  for (const rule of reading.open.reverse()) complain.ofLine(rule.line, 'IF has no matching ENDIF');
  return reading.rules;
}

/** What is wrong with the lines of a file in this language, by line; 0: with the file. */
export function patternProblems(
  language: PatternLanguage,
  text: string,
): readonly { readonly line: number; readonly message: string }[] {
  const found: { line: number; message: string }[] = [];
  const ofFile = (message: string) => void found.push({ line: 0, message });
  readRules(language, text, true, {
    ofLine: (line, message) => void found.push({ line, message }),
    ofFile,
    alone: () => undefined,
  });
  return found;
}

/** What a file in this language answers; null: no rule matches. */
export function patternAnswer(language: PatternLanguage, text: string, subject: string): string | null {
  const quiet = () => undefined;
  const rules = readRules(language, text, true, { ofLine: quiet, ofFile: quiet, alone: quiet });
  const found = search(rules, subject);
  return found !== undefined && 'value' in found ? found.value : null;
}

/** Makes a table type of a pattern language. */
export const patternTable =
  (language: PatternLanguage): TableType =>
  (name: string, { config, log, drafts, allowsSubstitution }: TableContext) => {
    const path = tablePath(name, config);
    const source = readSource(path, drafts);
    if (!source.ok) return { failure: openFailure(language.name, path, source.reason) };
    const rules = readRules(language, source.text, allowsSubstitution !== false, {
      ofLine: (line, warning) => {
        log.warning(`${language.name} map ${path}, line ${line}: ${warning}`);
      },
      ofFile: (warning) => {
        log.warning(`${path}: ${warning}`);
      },
      alone: (warning) => {
        log.warning(warning);
      },
    });
    return {
      wantsPartialKeys: false,
      find: (key) => search(rules, key),
      isStale: () => modificationTime(path) !== source.modifiedAt,
    };
  };
