/**
 * POSIX regular expressions (regcomp(3), as the GNU C library has them) as JavaScript ones. Extended by default, basic
 * with the `x` flag. What differs: POSIX takes the longest of several alternatives, JavaScript the first. Whether a
 * text matches is the same, only what `$1` holds can differ.
 */
import type { CompiledPattern } from './pattern-rules.ts';
import { BadPattern, translateBracket } from './posix-bracket.ts';

export interface PosixOptions {
  readonly isExtended: boolean;
  readonly ignoreCase: boolean;
  /** REG_NEWLINE: `.` and `[^a]` do not match a newline, `^` and `$` match at each line. */
  readonly newline: boolean;
}

/** RE_DUP_MAX */
const MOST_REPEATS = 32_767;

const NEVER = '(?!)';

/** Escapes with a meaning of their own; the text before and after a line is that of the whole subject. */
const GNU_ESCAPES: Readonly<Record<string, string>> = {
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
  s: '[ \\t\\n\\v\\f\\r]',
  S: '[^ \\t\\n\\v\\f\\r]',
  b: '\\b',
  B: '\\B',
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  '`': '(?<![\\s\\S])',
  "'": '(?![\\s\\S])',
};

const literal = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);

interface Parser {
  readonly source: string;
  readonly options: PosixOptions;
  at: number;
  groups: number;
  /** Groups that are complete: only these can be referred to. */
  readonly closed: Set<number>;
  depth: number;
}

const looksAt = (parser: Parser, text: string): boolean => parser.source.startsWith(text, parser.at);

/** How the two dialects write an operator. */
const spelled = (parser: Parser, char: string): string => (parser.options.isExtended ? char : `\\${char}`);

/** Checks the numbers of `{low,high}`; '' is no limit. */
function checkBound(low: string, high: string): void {
  if (high !== '' && Number(low) > Number(high)) throw new BadPattern('Invalid content of \\{\\}');
  if (Math.max(Number(low), Number(high)) > MOST_REPEATS) {
    throw new BadPattern('Regular expression too big');
  }
}

/** `{m,n}` at the current place. */
function takeBound(parser: Parser): string {
  const close = spelled(parser, '}');
  const from = parser.at + spelled(parser, '{').length;
  const match = /^(\d*)(?:(,)(\d*))?/.exec(parser.source.slice(from));
  const [text = '', low = '', comma = '', high = ''] = match ?? [];
  const end = from + text.length;
  if (end >= parser.source.length) throw new BadPattern('Unmatched \\{');
  if (!parser.source.startsWith(close, end) || text === '') {
    throw new BadPattern('Invalid content of \\{\\}');
  }
  checkBound(low, high);
  parser.at = end + close.length;
  return `{${low || '0'}${comma}${high}}`;
}

/** A quantifier at the current place; undefined: there is none. */
function takeQuantifier(parser: Parser): string | undefined {
  if (looksAt(parser, spelled(parser, '{'))) return takeBound(parser);
  for (const char of ['*', '+', '?']) {
    const text = char === '*' ? char : spelled(parser, char);
    if (!looksAt(parser, text)) continue;
    parser.at += text.length;
    return char;
  }
  return undefined;
}

function group(parser: Parser): string {
  parser.at += spelled(parser, '(').length;
  parser.groups += 1;
  const number = parser.groups;
  parser.depth += 1;
  const inside = alternatives(parser);
  const close = spelled(parser, ')');
  if (!looksAt(parser, close)) throw new BadPattern('Unmatched ( or \\(');
  parser.at += close.length;
  parser.depth -= 1;
  parser.closed.add(number);
  return `(${inside})`;
}

function escaped(parser: Parser): string {
  const next = parser.source.charAt(parser.at + 1);
  if (next === '') throw new BadPattern('Trailing backslash');
  if (!parser.options.isExtended && next === ')') throw new BadPattern('Unmatched ( or \\(');
  parser.at += 2;
  if (/[1-9]/.test(next)) {
    if (!parser.closed.has(Number(next))) throw new BadPattern('Invalid back reference');
    return `(?:\\${next})`;
  }
  const special = GNU_ESCAPES[next];
  if (special !== undefined) return special;
  // the library folds the subject to upper case, but not a letter behind a backslash
  return parser.options.ignoreCase && /[a-z]/.test(next) ? NEVER : literal(next);
}

/** Whether `^` or `$` here is an anchor: always in an extended expression, only at the ends in a basic one. */
function isAnchor(parser: Parser, char: string): boolean {
  if (parser.options.isExtended) return true;
  if (char === '^') return /(?:^|\\\(|\\\|)$/.test(parser.source.slice(0, parser.at));
  return /^(?:$|\\\)|\\\|)/.test(parser.source.slice(parser.at + 1));
}

/** One atom; `isRepeatable` is false for an anchor. */
function atom(parser: Parser): { text: string; isRepeatable: boolean } {
  const { source, options } = parser;
  const char = source.charAt(parser.at);
  if (looksAt(parser, spelled(parser, '('))) return { text: group(parser), isRepeatable: true };
  if (char === '\\') return { text: escaped(parser), isRepeatable: true };
  if (char === '[') {
    const bracket = translateBracket(source, parser.at, options.newline);
    parser.at = bracket.at;
    return { text: bracket.text, isRepeatable: true };
  }
  parser.at += 1;
  if (char === '.') return { text: '.', isRepeatable: true };
  if (char !== '^' && char !== '$') return { text: literal(char), isRepeatable: true };
  parser.at -= 1;
  const anchors = isAnchor(parser, char);
  parser.at += 1;
  return { text: anchors ? char : `\\${char}`, isRepeatable: !anchors };
}

/** Repeats an atom as often as quantifiers follow: `a**` is legal where JavaScript would not have it. */
function repeated(parser: Parser, text: string): string {
  let result = text;
  for (let count = 0; ; count++) {
    const quantifier = takeQuantifier(parser);
    if (quantifier === undefined) return result;
    if (count > 0 && !parser.options.isExtended) {
      throw new BadPattern('Invalid preceding regular expression');
    }
    result = `${count === 0 ? result : `(?:${result})`}${quantifier}`;
  }
}

function branch(parser: Parser): string {
  const { isExtended } = parser.options;
  let text = '';
  let canRepeat = false;
  while (parser.at < parser.source.length) {
    if (looksAt(parser, spelled(parser, '|'))) return text;
    if (looksAt(parser, spelled(parser, ')')) && parser.depth > 0) return text;
    const quantifier = canRepeat ? undefined : takeQuantifier(parser);
    if (quantifier !== undefined) {
      // nothing to repeat: an ordinary character in a basic expression
      if (isExtended || quantifier.startsWith('{')) {
        throw new BadPattern('Invalid preceding regular expression');
      }
      text += repeated(parser, literal(quantifier));
      canRepeat = true;
      continue;
    }
    const next = atom(parser);
    canRepeat = next.isRepeatable;
    text += canRepeat ? repeated(parser, next.text) : next.text;
  }
  return text;
}

function alternatives(parser: Parser): string {
  const branches = [branch(parser)];
  while (looksAt(parser, spelled(parser, '|'))) {
    parser.at += spelled(parser, '|').length;
    branches.push(branch(parser));
  }
  return branches.join('|');
}

/** Compiles a pattern; the reason is regerror(3)'s text, or says that JavaScript has no such pattern. */
export function compilePosix(
  source: string,
  options: PosixOptions,
): CompiledPattern | { readonly reason: string } {
  try {
    const parser: Parser = { source, options, at: 0, groups: 0, closed: new Set(), depth: 0 };
    const text = alternatives(parser);
    const flags = `u${options.ignoreCase ? 'i' : ''}${options.newline ? 'm' : 's'}`;
    const expression = new RegExp(text, flags);
    return { groups: parser.groups, exec: (subject) => expression.exec(subject) };
  } catch (error) {
    if (error instanceof BadPattern) return { reason: error.message };
    return { reason: `JavaScript cannot express this pattern: ${(error as Error).message}` };
  }
}
