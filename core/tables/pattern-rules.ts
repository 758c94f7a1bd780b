/**
 * The file format that regexp: and pcre: share (regexp_table(5), pcre_table(5)): `/pattern/flags result`,
 * `!/pattern/`, `if`, `endif`. A bad line is skipped with a warning that names it; the others work.
 */
import type { Found, TableContext, TableType } from './context.ts';
import { tablePath } from './context.ts';
import { logicalLines, modificationTime, readSource } from './lines.ts';
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

function createParser(language: PatternLanguage, allowsSubstitution: boolean, log: (text: string) => void) {
  const rules: Rule[] = [];
  const open: Extract<Rule, { op: 'if' }>[] = [];

  function compile(source: Source, warn: (warning: string) => void): Test | undefined {
    const pattern = language.compile(source.pattern, source.flags);
    if ('reason' in pattern) {
      warn(pattern.reason);
      return undefined;
    }
    return { pattern, isNegated: source.isNegated };
  }

  function checkedReplacement(text: string, first: Source, warn: (warning: string) => void) {
    if (text === '') warn('no replacement text: using empty string');
    const replacement = compileReplacement(text);
    if (!replacement.ok) {
      if (replacement.general !== undefined) log(replacement.general);
      replacement.warnings.forEach(warn);
      return undefined;
    }
    if (replacement.highest > 0 && first.isNegated) {
      warn('$number found in negative match replacement text: skipping this rule');
      return undefined;
    }
    if (replacement.highest > 0 && !allowsSubstitution) {
      warn('regular expression substitution is not allowed: skipping this rule');
      return undefined;
    }
    return replacement;
  }

  function parseMatch(text: string, line: number, warn: (warning: string) => void): void {
    const first = takePattern(text, language, warn);
    if (first === undefined) return;
    const hasSecond = language.allowsSecond && first.rest.startsWith('!');
    const second = hasSecond ? takePattern(first.rest, language, warn) : undefined;
    if (hasSecond && second === undefined) return;
    const replacement = checkedReplacement((second ?? first).rest.trim(), first, warn);
    if (replacement === undefined) return;
    const test = compile(first, warn);
    if (test === undefined) return;
    if (replacement.highest > test.pattern.groups) {
      warn(`out of range replacement index "${replacement.highest}": skipping this rule`);
      return;
    }
    const secondTest = second && compile(second, warn);
    if (second !== undefined && secondTest === undefined) return;
    const tests = secondTest === undefined ? [test] : [test, secondTest];
    rules.push({ op: 'match', line, tests, expand: replacement.expand });
  }

  function parseIf(text: string, line: number, warn: (warning: string) => void): void {
    const source = takePattern(text.trimStart(), language, warn);
    if (source === undefined) return;
    const extra = source.rest.trim();
    if (extra !== '') {
      warn(`ignoring extra text after IF statement: "${extra}"`);
      warn('do not prepend whitespace to statements between IF and ENDIF');
    }
    const test = compile(source, warn);
    if (test === undefined) return;
    const rule = { op: 'if' as const, line, test, skipTo: Infinity };
    rules.push(rule);
    open.push(rule);
  }

  function parseEndif(text: string, warn: (warning: string) => void): void {
    const rule = open.pop();
    if (rule === undefined) {
      warn('ignoring ENDIF without matching IF');
      return;
    }
    if (text.trim() !== '') warn('ignoring extra text after ENDIF');
    rule.skipTo = rules.length;
  }

  return {
    parseLine(text: string, line: number, warn: (warning: string) => void): void {
      if (!/^[a-z0-9]/i.test(text)) parseMatch(text, line, warn);
      else if (/^if(?![a-z0-9])/i.test(text)) parseIf(text.slice(2), line, warn);
      else if (/^endif(?![a-z0-9])/i.test(text)) parseEndif(text.slice(5), warn);
      else warn('ignoring unrecognized request');
    },
    finish: () => ({ rules, unclosed: open.map((rule) => rule.line).reverse() }),
  };
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

/** Makes a table type of a pattern language. */
export const patternTable =
  (language: PatternLanguage): TableType =>
  (name: string, { config, log, allowsSubstitution }: TableContext) => {
    const path = tablePath(name, config);
    const source = readSource(path);
    if (!source.ok) return { failure: `open ${path}: ${source.reason}` };
    const lines = logicalLines(source.text, (warning) => {
      log.warning(`${path}: ${warning}`);
    });
    const warnAt = (line: number) => (warning: string) => {
      log.warning(`${language.name} map ${path}, line ${line}: ${warning}`);
    };
    const parser = createParser(language, allowsSubstitution !== false, (warning) => {
      log.warning(warning);
    });
    for (const { text, line } of lines) parser.parseLine(text.trimEnd(), line, warnAt(line));
    const { rules, unclosed } = parser.finish();
    for (const line of unclosed) warnAt(line)('IF has no matching ENDIF');
    return {
      wantsPartialKeys: false,
      find: (key) => search(rules, key),
      isStale: () => modificationTime(path) !== source.modifiedAt,
    };
  };
