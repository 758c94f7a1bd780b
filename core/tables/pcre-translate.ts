/**
 * Perl-compatible regular expressions (pcre2pattern(3)) as JavaScript ones. Most of the syntax is the same; what is
 * not is translated here, and what JavaScript has no word for (recursion, atomic groups, \K, ...) is refused by name.
 */
export class BadPattern extends Error {}

const refuse = (what: string): never => {
  throw new BadPattern(`JavaScript cannot express ${what}`);
};

const bad = (offset: number, text: string): never => {
  throw new BadPattern(`error in regex at offset ${offset}: ${text}`);
};

export interface PcreOptions {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** White space and # comments in the pattern are ignored. */
  readonly extended: boolean;
  readonly anchored: boolean;
  readonly dollarEndOnly: boolean;
  readonly ungreedy: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\v\\f\\r',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  ascii: '\\x00-\\x7f',
};

const END = '(?![\\s\\S])';

/** Escapes with a meaning of their own outside brackets. */
const ESCAPES: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: END,
  Z: `(?=\\n?${END})`,
  h: '[ \\t]',
  H: '[^ \\t]',
  R: '(?:\\r\\n|[\\n\\v\\f\\r])',
  N: '[^\\n]',
  a: '\\x07',
  e: '\\x1b',
  G: '(?<![\\s\\S])',
};

const UNSUPPORTED: Readonly<Record<string, string>> = {
  K: '\\K',
  X: '\\X',
  C: '\\C',
};

interface State {
  readonly source: string;
  readonly options: PcreOptions;
  /** Inline `(?x)` may change these. */
  extended: boolean;
  ignoreCase: boolean;
  at: number;
  out: string;
  groups: number;
  readonly open: number[];
}

const quote = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

/** `\x41`, `\x{263a}`, `\012`, `\cA`: what JavaScript writes otherwise. */
function characterEscape(source: string, at: number): { text: string; length: number } | undefined {
  const rest = source.slice(at);
  const hex = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2}))/.exec(rest);
  if (hex !== null) {
    const code = parseInt(hex[1] ?? (hex[2] === '' ? '0' : (hex[2] ?? '0')), 16);
    return { text: `\\u{${code.toString(16)}}`, length: hex[0].length };
  }
  const octal = /^\\(?:o\{([0-7]+)\}|(0[0-7]{0,2}))/.exec(rest);
  if (octal !== null) {
    const code = parseInt(octal[1] ?? octal[2] ?? '0', 8);
    return { text: `\\u{${code.toString(16)}}`, length: octal[0].length };
  }
  return undefined;
}

function classEscape(source: string, at: number): { text: string; length: number } {
  const special = characterEscape(source, at);
  if (special !== undefined) return special;
  const next = source.charAt(at + 1);
  if (/[dDsSwWtnrfvpP]/.test(next)) return { text: `\\${next}`, length: 2 };
  if (next === 'b') return { text: '\\x08', length: 2 };
  if (next === 'h') return { text: ' \\t', length: 2 };
  if (next === 'a') return { text: '\\x07', length: 2 };
  if (next === 'e') return { text: '\\x1b', length: 2 };
  return { text: /[\\\]^[-]/.test(next) ? `\\${next}` : next, length: 2 };
}

/** `[...]` from its opening bracket. */
function bracket(state: State): void {
  const { source } = state;
  let at = state.at + 1;
  let text = '[';
  if (source.charAt(at) === '^') {
    text += '^';
    at += 1;
  }
  const first = at;
  for (;;) {
    const char = source.charAt(at);
    if (char === '') bad(source.length, 'missing terminating ] for character class');
    if (char === ']' && at > first) break;
    const posix = char === '[' ? /^\[:(\^?)(\w+):\]/.exec(source.slice(at)) : null;
    if (posix !== null) {
      const members = CLASSES[posix[2] ?? ''];
      if (members === undefined) bad(at, 'unknown POSIX class name');
      text += posix[1] === '^' ? refuse(posix[0]) : (members ?? '');
      at += posix[0].length;
    } else if (char === '\\') {
      const escape = classEscape(source, at);
      text += escape.text;
      at += escape.length;
    } else {
      text += /[\\\]^[]/.test(char) ? `\\${char}` : char;
      at += 1;
    }
  }
  state.out += `${text}]`;
  state.at = at + 1;
}

function backslash(state: State): void {
  const { source, at } = state;
  const next = source.charAt(at + 1);
  if (next === '') bad(source.length, '\\ at end of pattern');
  if (UNSUPPORTED[next] !== undefined) refuse(UNSUPPORTED[next]);
  const special = characterEscape(source, at);
  if (special !== undefined) {
    state.out += special.text;
    state.at += special.length;
    return;
  }
  if (next === 'Q') {
    const end = source.indexOf('\\E', at + 2);
    for (const char of source.slice(at + 2, end < 0 ? undefined : end)) state.out += quote(char);
    state.at = end < 0 ? source.length : end + 2;
    return;
  }
  const reference = /^\\(?:g\{?(\d+)\}?|(\d+)|k[{<'](\w+)[}>'])/.exec(source.slice(at));
  if (reference !== null) {
    state.out +=
      reference[3] === undefined ? `(?:\\${reference[1] ?? reference[2] ?? ''})` : `\\k<${reference[3]}>`;
    state.at += reference[0].length;
    return;
  }
  if (next === 'g') refuse('a call of a group (\\g)');
  if (next !== 'E') state.out += ESCAPES[next] ?? plainEscape(next);
  state.at += 2;
}

const plainEscape = (next: string): string => (/[dDsSwWbBtnrfvpPc]/.test(next) ? `\\${next}` : quote(next));

/** `(?i)` at the start of the pattern: flags for all of it. */
function inlineFlags(state: State, flags: string): void {
  if (state.at !== 0) refuse(`(?${flags}) in the middle of a pattern`);
  const [on = '', off = ''] = flags.split('-');
  if (/[^ix]/.test(on + off)) refuse(`(?${flags})`);
  if (on.includes('i')) state.ignoreCase = true;
  if (on.includes('x')) state.extended = true;
  if (off.includes('i')) state.ignoreCase = false;
  if (off.includes('x')) state.extended = false;
}

const GROUP_OPENINGS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?P?<(?![=!])(\w+)>/, '(?<$1>'],
  [/^\(\?'(\w+)'/, '(?<$1>'],
  [/^\(\?:/, '(?:'],
  [/^\(\?=/, '(?='],
  [/^\(\?!/, '(?!'],
  [/^\(\?<=/, '(?<='],
  [/^\(\?<!/, '(?<!'],
];

function openGroup(state: State): void {
  const rest = state.source.slice(state.at);
  const comment = /^\(\?#[^)]*\)/.exec(rest);
  const backReference = /^\(\?P=(\w+)\)/.exec(rest);
  const flags = /^\(\?([a-zA-Z-]+)\)/.exec(rest);
  if (comment !== null) {
    state.at += comment[0].length;
  } else if (backReference !== null) {
    state.out += `\\k<${backReference[1] ?? ''}>`;
    state.at += backReference[0].length;
  } else if (flags !== null) {
    inlineFlags(state, flags[1] ?? '');
    state.at += flags[0].length;
  } else if (!rest.startsWith('(?')) {
    if (rest.startsWith('(*')) refuse(rest.slice(0, rest.indexOf(')') + 1) || '(*');
    state.groups += 1;
    state.open.push(state.at);
    state.out += '(';
    state.at += 1;
  } else {
    openSpecialGroup(state, rest);
  }
}

function openSpecialGroup(state: State, rest: string): void {
  for (const [pattern, text] of GROUP_OPENINGS) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    const isNamed = match[1] !== undefined;
    if (isNamed) state.groups += 1;
    state.open.push(state.at);
    state.out += isNamed ? text.replace('$1', match[1] ?? '') : text;
    state.at += match[0].length;
    return;
  }
  refuse(`the group ${rest.slice(0, 3)}`);
}

/** A quantifier: greediness is turned round by the `U` flag, possessive ones do not exist in JavaScript. */
function quantifier(state: State, text: string): void {
  const after = state.source.charAt(state.at + text.length);
  if (state.out === '' || /(?:^|[^\\])[(|]$/.test(state.out)) {
    bad(state.at, 'quantifier does not follow a repeatable item');
  }
  if (after === '+') refuse(`the possessive quantifier ${text}+`);
  const isLazy = (after === '?') !== state.options.ungreedy;
  state.out += `${text}${isLazy ? '?' : ''}`;
  state.at += text.length + (after === '?' ? 1 : 0);
}

function dollar(state: State): void {
  if (state.options.multiline) state.out += '$';
  else state.out += state.options.dollarEndOnly ? END : `(?=\\n?${END})`;
  state.at += 1;
}

function step(state: State): void {
  const { source, at } = state;
  const char = source.charAt(at);
  const ignored = state.extended ? /^(?:\s+|#[^\n]*\n?)/.exec(source.slice(at)) : null;
  if (ignored !== null) {
    state.at += ignored[0].length;
    return;
  }
  const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(source.slice(at));
  if (repeat !== null) quantifier(state, repeat[0]);
  else if (char === '\\') backslash(state);
  else if (char === '[') bracket(state);
  else if (char === '(') openGroup(state);
  else if (char === ')') {
    if (state.open.pop() === undefined) bad(at, 'unmatched closing parenthesis');
    state.out += ')';
    state.at += 1;
  } else if (char === '$') dollar(state);
  else {
    state.out += /[{}\]/]/.test(char) ? `\\${char}` : char;
    state.at += 1;
  }
}

/** @throws BadPattern with Postfix's warning, or what cannot be expressed */
export function translatePcre(
  source: string,
  options: PcreOptions,
): { readonly text: string; readonly groups: number; readonly ignoreCase: boolean } {
  const state: State = {
    source,
    options,
    extended: options.extended,
    ignoreCase: options.ignoreCase,
    at: 0,
    out: '',
    groups: 0,
    open: [],
  };
  while (state.at < source.length) step(state);
  if (state.open.length > 0) bad(source.length, 'missing closing parenthesis');
  const text = options.anchored ? `(?<![\\s\\S])(?:${state.out})` : state.out;
  return { text, groups: state.groups, ignoreCase: state.ignoreCase };
}
