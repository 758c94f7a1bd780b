/**
 * POSIX regular expressions (regcomp(3)) as JavaScript ones. Extended by default, basic with the `x` flag. What
 * differs: POSIX takes the longest of several alternatives, JavaScript the first; which text matches at all is the same.
 */
import type { CompiledPattern } from './pattern-rules.ts';

type Compiled = CompiledPattern | { readonly reason: string };

class BadPattern extends Error {}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}0-9',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  xdigit: '0-9A-Fa-f',
};

const escapeInClass = (char: string): string => (/[\\\]^[-]/.test(char) ? `\\${char}` : char);

/** Reads `[...]` from its opening bracket; a backslash is an ordinary character in it. */
function bracket(source: string, from: number): { text: string; at: number } {
  let at = from + 1;
  let text = '[';
  if (source.charAt(at) === '^') {
    text += '^';
    at += 1;
  }
  const first = at;
  for (;;) {
    const char = source.charAt(at);
    if (char === '') throw new BadPattern('Unmatched [, [^, [:, [., or [=');
    if (char === ']' && at > first) return { text: `${text}]`, at: at + 1 };
    const kind = char === '[' ? source.charAt(at + 1) : '';
    if (kind === ':' || kind === '.' || kind === '=') {
      const end = source.indexOf(`${kind}]`, at + 2);
      if (end < 0) throw new BadPattern('Unmatched [, [^, [:, [., or [=');
      const name = source.slice(at + 2, end);
      const members = kind === ':' ? CLASSES[name] : name.length === 1 ? escapeInClass(name) : undefined;
      if (members === undefined) {
        throw new BadPattern(kind === ':' ? 'Invalid character class name' : 'Invalid collation character');
      }
      text += members;
      at = end + 2;
    } else {
      const isRange = char === '-' && at > first && source.charAt(at + 1) !== ']';
      text += isRange ? '-' : escapeInClass(char);
      at += 1;
    }
  }
}

const literal = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

/** GNU escapes that regcomp(3) on Linux knows. */
const GNU_ESCAPES: Readonly<Record<string, string>> = {
  w: '[\\p{L}\\p{N}_]',
  W: '[^\\p{L}\\p{N}_]',
  s: '\\s',
  S: '\\S',
  b: '\\b',
  B: '\\B',
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  '`': '(?<![\\s\\S])',
  "'": '(?![\\s\\S])',
};

interface State {
  readonly source: string;
  readonly isExtended: boolean;
  at: number;
  out: string;
  groups: number;
  depth: number;
  /** Whether something stands here that a `*` could repeat. */
  hasAtom: boolean;
}

function openGroup(state: State): void {
  state.groups += 1;
  state.depth += 1;
  state.out += '(';
  state.hasAtom = false;
}

function closeGroup(state: State): void {
  state.depth -= 1;
  state.out += ')';
  state.hasAtom = true;
}

function atom(state: State, text: string, length: number): void {
  state.out += text;
  state.at += length;
  state.hasAtom = true;
}

/** `{m,n}`; in an extended expression a brace that opens no bound is an ordinary character. */
function bound(state: State, opening: string, closing: string): void {
  const end = state.source.indexOf(closing, state.at);
  const text = end < 0 ? '' : state.source.slice(state.at + opening.length, end);
  const match = /^(\d*)(,?)(\d*)$/.exec(text);
  if (match === null || text === '' || text === ',') {
    if (opening === '{' && end < 0) throw new BadPattern('Unmatched { or \\{');
    throw new BadPattern(end < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}');
  }
  const [, low = '', comma = '', high = ''] = match;
  if (high !== '' && Number(low || '0') > Number(high)) throw new BadPattern('Invalid content of \\{\\}');
  state.out += `{${low === '' ? '0' : low}${comma}${high}}`;
  state.at = end + closing.length;
}

function backslash(state: State): void {
  const next = state.source.charAt(state.at + 1);
  if (next === '') throw new BadPattern('Trailing backslash');
  if (!state.isExtended && next === '(') {
    openGroup(state);
    state.at += 2;
  } else if (!state.isExtended && next === ')') {
    if (state.depth === 0) throw new BadPattern('Unmatched ) or \\)');
    closeGroup(state);
    state.at += 2;
  } else if (!state.isExtended && next === '{') {
    bound(state, '\\{', '\\}');
  } else if (!state.isExtended && '|+?'.includes(next)) {
    state.out += next;
    state.at += 2;
    state.hasAtom = next !== '|';
  } else if (/[1-9]/.test(next)) {
    if (Number(next) > state.groups) throw new BadPattern('Invalid back reference');
    atom(state, `(?:\\${next})`, 2);
  } else {
    atom(state, GNU_ESCAPES[next] ?? literal(next), 2);
  }
}

/** Operators that only extended expressions have; false: not one of them. */
function extendedOperator(state: State, char: string): boolean {
  if (char === '(') {
    openGroup(state);
  } else if (char === ')') {
    // regcomp(3) takes one too many for an ordinary character
    if (state.depth === 0) {
      state.out += '\\)';
      state.hasAtom = true;
    } else {
      closeGroup(state);
    }
  } else if (char === '|') {
    state.out += '|';
    state.hasAtom = false;
  } else if (char === '+' || char === '?') {
    if (!state.hasAtom) throw new BadPattern('Invalid preceding regular expression');
    state.out = `${state.out}${char}`;
  } else {
    return false;
  }
  state.at += 1;
  return true;
}

function star(state: State): void {
  if (state.hasAtom) state.out += '*';
  else if (state.isExtended) throw new BadPattern('Invalid preceding regular expression');
  else state.out += '\\*';
  state.hasAtom = true;
  state.at += 1;
}

/** In a basic expression `^` and `$` are anchors at the ends only. */
function anchor(state: State, char: string): void {
  const { source, at } = state;
  const before = source.slice(0, at);
  const after = source.slice(at + 1);
  const isAnchor =
    state.isExtended || (char === '^' ? /(?:^|\\\(|\\\|)$/.test(before) : /^(?:$|\\\)|\\\|)/.test(after));
  state.out += isAnchor ? char : `\\${char}`;
  state.hasAtom = !isAnchor;
  state.at += 1;
}

/** A quantifier after a quantifier repeats the whole: `a**`, `a+?`. JavaScript would read the second otherwise. */
function separateQuantifiers(state: State): void {
  const next = state.source.slice(state.at);
  const repeats = state.isExtended ? /^[*+?]|^\{\d/.test(next) : /^\*|^\\[{+?]/.test(next);
  if (repeats && /(?:[*+?]|\{\d*,?\d*\})$/.test(state.out) && !/\\[*+?]$/.test(state.out)) {
    state.out = wrapLastAtom(state.out);
  }
}

/** Puts the last atom with its quantifier into a group of its own. */
function wrapLastAtom(text: string): string {
  const match =
    /(\\u\{[^}]*\}|\\.|\((?:[^()\\]|\\.)*\)|\[(?:[^\]\\]|\\.)*\]|[^\\])(?:[*+?]|\{\d*,?\d*\})$/u.exec(text);
  if (match === null) return text;
  return `${text.slice(0, match.index)}(?:${text.slice(match.index)})`;
}

function step(state: State): void {
  const char = state.source.charAt(state.at);
  separateQuantifiers(state);
  if (char === '\\') backslash(state);
  else if (char === '[') {
    const set = bracket(state.source, state.at);
    atom(state, set.text, set.at - state.at);
  } else if (char === '^' || char === '$') anchor(state, char);
  else if (char === '*') star(state);
  else if (state.isExtended && extendedOperator(state, char)) return;
  else if (state.isExtended && char === '{') {
    if (state.hasAtom && /^\{\d/.test(state.source.slice(state.at))) bound(state, '{', '}');
    else atom(state, '\\{', 1);
  } else if (char === '.') atom(state, '.', 1);
  else atom(state, literal(char), 1);
}

function translate(source: string, isExtended: boolean): { text: string; groups: number } {
  const state: State = { source, isExtended, at: 0, out: '', groups: 0, depth: 0, hasAtom: false };
  while (state.at < source.length) step(state);
  if (state.depth > 0) throw new BadPattern('Unmatched ( or \\(');
  return { text: state.out, groups: state.groups };
}

/** @param newline REG_NEWLINE: `.` and `[^a]` do not match a newline, `^` and `$` match at each line */
export function compilePosix(
  source: string,
  options: { readonly isExtended: boolean; readonly ignoreCase: boolean; readonly newline: boolean },
): Compiled {
  try {
    const { text, groups } = translate(source, options.isExtended);
    const flags = `u${options.ignoreCase ? 'i' : ''}${options.newline ? 'm' : 's'}`;
    const expression = new RegExp(text, flags);
    return { groups, exec: (subject) => expression.exec(subject) };
  } catch (error) {
    if (error instanceof BadPattern) return { reason: error.message };
    return { reason: `JavaScript cannot express this pattern: ${(error as Error).message}` };
  }
}
