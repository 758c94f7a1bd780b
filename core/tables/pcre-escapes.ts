/** Escapes and bracket expressions of pcre2pattern(3) as JavaScript ones. */

/** The pattern is wrong, or JavaScript has no such thing: the message is the warning's text. */
export class BadPattern extends Error {}

export const refuse = (what: string): never => {
  throw new BadPattern(`JavaScript cannot express ${what}`);
};

export const bad = (offset: number, text: string): never => {
  throw new BadPattern(`error in regex at offset ${offset}: ${text}`);
};

const SPACE = ' \\t\\n\\v\\f\\r';
const VERTICAL = '\\n\\v\\f\\r\\x85';

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: SPACE,
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  xdigit: '0-9A-Fa-f',
  word: 'A-Za-z0-9_',
  ascii: '\\x00-\\x7f',
};

/** What a class does not have, for `[:^digit:]`. */
const COMPLEMENTS: Readonly<Record<string, string>> = {
  digit: '\\D',
  word: '\\W',
  space: '\\x00-\\x08\\x0e-\\x1f!-\\u{10ffff}',
  alpha: '\\x00-@\\[-`{-\\u{10ffff}',
  alnum: '\\x00-\\/:-@\\[-`{-\\u{10ffff}',
  ascii: '\\x80-\\u{10ffff}',
};

export const END = '(?![\\s\\S])';
export const START = '(?<![\\s\\S])';

/** Escapes of one letter with a meaning of their own, outside brackets. */
const ESCAPES: Readonly<Record<string, string>> = {
  A: START,
  G: START,
  z: END,
  Z: `(?=\\n?${END})`,
  h: '[ \\t\\xa0]',
  H: '[^ \\t\\xa0]',
  v: `[${VERTICAL}]`,
  V: `[^${VERTICAL}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  R: `(?:\\r\\n|[${VERTICAL}])`,
  N: '[^\\n]',
  a: '\\x07',
  e: '\\x1b',
};

/** The same inside brackets. */
const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  h: ' \\t\\xa0',
  v: VERTICAL,
  s: SPACE,
  S: '\\x00-\\x08\\x0e-\\x1f!-\\u{10ffff}',
  b: '\\x08',
  a: '\\x07',
  e: '\\x1b',
};

export const quote = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);
const quoteInClass = (char: string): string => (/[\\\]^[-]/.test(char) ? `\\${char}` : char);

export interface Piece {
  readonly text: string;
  readonly at: number;
}

const codePoint = (code: number, offset: number): string => {
  if (code > 0x10ffff) bad(offset, 'character code point value in \\x{} or \\o{} is too large');
  return `\\u{${code.toString(16)}}`;
};

/** `\x41`, `\x{263a}`, `\012`, `\cA`: characters by number. */
function byNumber(source: string, at: number): Piece | undefined {
  const rest = source.slice(at);
  const hex = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2}))/.exec(rest);
  if (hex !== null) {
    const end = at + hex[0].length;
    return { text: codePoint(parseInt(hex[1] ?? `0${hex[2] ?? ''}`, 16), end - 1), at: end };
  }
  const octal = /^\\(?:o\{([0-7]+)\}|(0[0-7]{0,2}|[1-3][0-7]{2}))/.exec(rest);
  if (octal !== null) {
    const end = at + octal[0].length;
    return { text: codePoint(parseInt(octal[1] ?? octal[2] ?? '0', 8), end - 1), at: end };
  }
  const control = /^\\c([\x20-\x7e])?/.exec(rest);
  if (control === null) return undefined;
  const char = control[1] ?? bad(source.length, '\\c at end of pattern');
  return { text: codePoint(char.toUpperCase().charCodeAt(0) ^ 64, at), at: at + 3 };
}

/** An escape that stands for a character or a class; back references and the like are the parser's. */
export function escape(source: string, at: number): Piece {
  const numbered = byNumber(source, at);
  if (numbered !== undefined) return numbered;
  const next = source.charAt(at + 1);
  if (next === '') bad(source.length, '\\ at end of pattern');
  if (/[KXC]/.test(next)) refuse(`\\${next}`);
  const property = /^\\[pP](?:\{[^}]*\}|\w)/.exec(source.slice(at))?.[0];
  if (property !== undefined) {
    const text = property.includes('{') ? property : `${property.slice(0, 2)}{${property.slice(2)}}`;
    return { text, at: at + property.length };
  }
  const known = ESCAPES[next];
  if (known !== undefined) return { text: known, at: at + 2 };
  if (/[dDwWbBtnrf]/.test(next)) return { text: `\\${next}`, at: at + 2 };
  if (/[A-Za-z0-9]/.test(next)) bad(at + 1, 'unrecognized character follows \\');
  return { text: quote(next), at: at + 2 };
}

function classEscape(source: string, at: number): Piece {
  const octal = /^\\([0-7]{1,3})/.exec(source.slice(at));
  if (octal !== null) {
    return { text: codePoint(parseInt(octal[1] ?? '0', 8), at), at: at + octal[0].length };
  }
  const next = source.charAt(at + 1);
  const known = CLASS_ESCAPES[next];
  if (known !== undefined) return { text: known, at: at + 2 };
  if (/[dDwWtnrf]/.test(next)) return { text: `\\${next}`, at: at + 2 };
  if (/[HVN]/.test(next)) refuse(`\\${next} in a character class`);
  if (/[A-Za-z]/.test(next)) return escape(source, at);
  return { text: quoteInClass(next), at: at + 2 };
}

function namedClass(source: string, at: number): Piece | undefined {
  const match = /^\[([:.=])(\^?)([^\]]*?)\1\]/.exec(source.slice(at));
  if (match === null) return undefined;
  if (match[1] !== ':') bad(at, 'POSIX collating elements are not supported');
  const name = match[3] ?? '';
  const isNegated = match[2] === '^';
  if (!(name in CLASSES)) bad(at + 2, 'unknown POSIX class name');
  const text = isNegated ? (COMPLEMENTS[name] ?? refuse(match[0])) : (CLASSES[name] ?? '');
  return { text, at: at + match[0].length };
}

/** What stands between `\Q` and `\E`, taken literally; undefined where there is no `\Q`. */
export function literalRun(source: string, at: number, write: (char: string) => string): Piece | undefined {
  if (!source.startsWith('\\Q', at)) return undefined;
  const end = source.indexOf('\\E', at + 2);
  const inside = source.slice(at + 2, end < 0 ? undefined : end);
  return { text: Array.from(inside, write).join(''), at: end < 0 ? source.length : end + 2 };
}

function classMember(source: string, at: number): Piece {
  const char = source.charAt(at);
  if (char === '[') return namedClass(source, at) ?? { text: '\\[', at: at + 1 };
  if (source.startsWith('\\E', at)) return { text: '', at: at + 2 };
  if (char === '\\') return literalRun(source, at, quoteInClass) ?? classEscape(source, at);
  const next = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return { text: next === '-' ? '-' : quoteInClass(next), at: at + next.length };
}

function checkRange(source: string, at: number): void {
  const range = /^([^\\[\]])-([^\\[\]])/.exec(source.slice(at));
  if (range !== null && (range[1] ?? '') > (range[2] ?? '')) {
    bad(at + 2, 'range out of order in character class');
  }
}

/** `[...]` from its opening bracket. */
export function bracket(source: string, from: number): Piece {
  let at = from + 1;
  let text = '[';
  if (source.charAt(at) === '^') {
    text += '^';
    at += 1;
  }
  const first = at;
  for (;;) {
    if (at >= source.length) bad(source.length, 'missing terminating ] for character class');
    if (source.charAt(at) === ']' && at > first) return { text: `${text}]`, at: at + 1 };
    checkRange(source, at);
    // a hyphen at either end is itself, not a range
    const isPlainHyphen = source.charAt(at) === '-' && (at === first || source.charAt(at + 1) === ']');
    const member = isPlainHyphen ? { text: '\\-', at: at + 1 } : classMember(source, at);
    text += member.text;
    at = member.at;
  }
}
