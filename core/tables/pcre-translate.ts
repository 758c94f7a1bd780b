/**
 * Perl-compatible regular expressions (pcre2pattern(3)) as JavaScript ones. Most of the syntax is the same; what is
 * not is translated: anchors, inline flags, atomic groups and possessive quantifiers (by a lookahead that captures).
 * What JavaScript has no word for (recursion, conditions, \K) is refused by name.
 */
import { bad, bracket, END, escape, literalRun, quote, refuse, START } from './pcre-escapes.ts';

export { BadPattern } from './pcre-escapes.ts';

/** Flags that may change inside a pattern. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** White space and # comments in the pattern are ignored. */
  readonly extended: boolean;
  readonly ungreedy: boolean;
}

export interface PcreOptions extends Flags {
  readonly anchored: boolean;
  readonly dollarEndOnly: boolean;
}

export interface TranslatedPattern {
  readonly text: string;
  /** The place of each group (from 1) among JavaScript's groups: some of those are ours. */
  readonly groups: readonly number[];
}

interface Parser {
  readonly source: string;
  readonly options: PcreOptions;
  flags: Flags;
  at: number;
  depth: number;
  /** JavaScript's groups so far. */
  captures: number;
  readonly groups: number[];
}

const LETTERS: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'extended',
  U: 'ungreedy',
};

function changedFlags(flags: Flags, letters: string, offset: number): Flags {
  let result = letters.startsWith('^')
    ? { ...flags, ignoreCase: false, multiline: false, dotAll: false, extended: false }
    : flags;
  let value = true;
  for (const letter of letters.replace('^', '')) {
    const name = LETTERS[letter];
    if (letter === '-') value = false;
    else if (name !== undefined) result = { ...result, [name]: value };
    else if (letter !== 'J' && letter !== 'n') bad(offset, 'unrecognized character after (? or (?-');
  }
  return result;
}

/** Wraps text whose case matters (or does not) other than around it; all else is spelt out where it stands. */
function withFlags(text: string, from: Flags, to: Flags): string {
  if (from.ignoreCase === to.ignoreCase || text === '') return text;
  return to.ignoreCase ? `(?i:${text})` : `(?-i:${text})`;
}

/** A group that, once matched, is not tried again in another way. */
function atomic(parser: Parser, translate: () => string): string {
  parser.captures += 1;
  const number = parser.captures;
  return `(?=(${translate()}))\\${number}`;
}

function closeGroup(parser: Parser): void {
  if (parser.source.charAt(parser.at) !== ')') bad(parser.source.length, 'missing closing parenthesis');
  parser.at += 1;
  parser.depth -= 1;
}

/** The inside of a group; flags that change in it are as before behind it. */
function inside(parser: Parser, length: number, flags: Flags = parser.flags): string {
  const outer = parser.flags;
  parser.at += length;
  parser.depth += 1;
  parser.flags = flags;
  const text = withFlags(alternatives(parser), outer, flags);
  closeGroup(parser);
  parser.flags = outer;
  return text;
}

function capture(parser: Parser, length: number, name: string | undefined): string {
  parser.captures += 1;
  parser.groups.push(parser.captures);
  return `(${name === undefined ? '' : `?<${name}>`}${inside(parser, length)})`;
}

function reference(parser: Parser, number: number, offset: number): string {
  const place = parser.groups[number - 1];
  if (place === undefined) return bad(offset, 'reference to non-existent subpattern');
  return `(?:\\${place})`;
}

const PLAIN_GROUPS = ['(?:', '(?=', '(?!', '(?<=', '(?<!'];

function group(parser: Parser): string {
  const { source, at } = parser;
  const rest = source.slice(at);
  if (rest.startsWith('(*')) refuse(rest.slice(0, rest.indexOf(')') + 1) || '(*');
  if (!rest.startsWith('(?')) return capture(parser, 1, undefined);
  const named = /^\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
  if (named !== null) return capture(parser, named[0].length, named[1] ?? named[2]);
  if (/^\(\?(?:P?<|')\d/.test(rest)) {
    bad(at + rest.search(/\d/), 'subpattern name must start with a non-digit');
  }
  const plain = PLAIN_GROUPS.find((opening) => rest.startsWith(opening));
  if (plain !== undefined) return `${plain}${inside(parser, plain.length)})`;
  if (rest.startsWith('(?>')) return atomic(parser, () => inside(parser, 3));
  return unusualGroup(parser, rest);
}

function unusualGroup(parser: Parser, rest: string): string {
  const back = /^\(\?P=(\w+)\)/.exec(rest);
  if (back !== null) {
    parser.at += back[0].length;
    return `\\k<${back[1] ?? ''}>`;
  }
  const flagged = /^\(\?(\^?[a-zA-Z-]*):/.exec(rest);
  if (flagged !== null) {
    const flags = changedFlags(parser.flags, flagged[1] ?? '', parser.at + 2);
    return `(?:${inside(parser, flagged[0].length, flags)})`;
  }
  if (rest.length === 2) bad(parser.source.length, 'missing closing parenthesis');
  return refuse(`the group ${rest.slice(0, 3)}`);
}

function backslash(parser: Parser): string {
  const { source, at } = parser;
  const run = literalRun(source, at, quote);
  if (run !== undefined) {
    parser.at = run.at;
    return run.text;
  }
  if (source.startsWith('\\E', at)) {
    parser.at += 2;
    return '';
  }
  const back = backReference(parser);
  if (back !== undefined) return back;
  const piece = escape(source, at);
  parser.at = piece.at;
  return piece.text;
}

/** `\1`, `\g{1}`, `\g{-1}`, `\k<name>`; a large number that is no group is an octal escape. */
function backReference(parser: Parser): string | undefined {
  const rest = parser.source.slice(parser.at);
  const named = /^\\k(?:\{(\w+)\}|<(\w+)>|'(\w+)')/.exec(rest);
  if (named !== null) {
    parser.at += named[0].length;
    return `\\k<${named.slice(1).join('')}>`;
  }
  const match = /^\\(?:g\{?(-?\d+)\}?|([1-9]\d*))/.exec(rest);
  if (match === null) return undefined;
  const number = Number(match[1] ?? match[2]);
  const isOctal = match[2] !== undefined && number > 9 && parser.groups[number - 1] === undefined;
  if (isOctal) return undefined;
  parser.at += match[0].length;
  return reference(parser, number < 0 ? parser.groups.length + 1 + number : number, parser.at - 1);
}

function dollar({ flags, options }: Parser): string {
  if (flags.multiline) return '(?![^\\n])';
  return options.dollarEndOnly ? END : `(?=\\n?${END})`;
}

/** One atom; '' where nothing is left of it. */
function atom(parser: Parser): string {
  const { source, at } = parser;
  const char = source.charAt(at);
  if (char === '(') return group(parser);
  if (char === '\\') return backslash(parser);
  if (char === '[') {
    const piece = bracket(source, at);
    parser.at = piece.at;
    return piece.text;
  }
  const whole = String.fromCodePoint(source.codePointAt(at) ?? 0);
  parser.at += whole.length;
  if (char === '$') return dollar(parser);
  return '^.'.includes(char) ? dotOrAnchor(parser, char) : quote(whole);
}

/** `.` matches all but a line feed, where JavaScript leaves out more. */
function dotOrAnchor({ flags }: Parser, char: string): string {
  if (char === '.') return flags.dotAll ? '[\\s\\S]' : '[^\\n]';
  return flags.multiline ? '(?<![^\\n])' : START;
}

const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;
const LARGEST_REPEAT = 65_535;

function checkBounds(parser: Parser, text: string): void {
  const [low = '0', high = low] = text.slice(1, -1).split(',');
  const end = parser.at + text.length;
  if (Math.max(Number(low), Number(high)) > LARGEST_REPEAT) {
    bad(end - 1, 'number too big in {} quantifier');
  }
  if (high !== '' && Number(high) < Number(low)) bad(end - 1, 'numbers out of order in {} quantifier');
}

/** Repeats an atom that `translate` writes; a possessive quantifier makes an atomic group of it. */
function quantified(parser: Parser): string {
  const from = { at: parser.at, captures: parser.captures, groups: parser.groups.length };
  const text = atom(parser);
  const match = QUANTIFIER.exec(parser.source.slice(parser.at))?.[0];
  if (match === undefined || text === '') return text;
  if (match.startsWith('{')) checkBounds(parser, match);
  parser.at += match.length;
  const after = parser.source.charAt(parser.at);
  if (after === '+') {
    // once more, with the group that makes it possessive in front
    Object.assign(parser, { at: from.at, captures: from.captures });
    parser.groups.length = from.groups;
    const possessive = atomic(parser, () => atom(parser) + match);
    parser.at += match.length + 1;
    return `(?:${possessive})`;
  }
  if (after === '?') parser.at += 1;
  return `${text}${match}${(after === '?') !== parser.flags.ungreedy ? '?' : ''}`;
}

/** Skips what means nothing: comments, and blanks with the x flag. Answers whether there was any. */
function skipComment(parser: Parser): boolean {
  const rest = parser.source.slice(parser.at);
  const blank = parser.flags.extended ? /^(?:\s+|#[^\n]*\n?)/.exec(rest)?.[0] : undefined;
  const comment = /^\(\?#[^)]*\)?/.exec(rest)?.[0];
  if (comment?.endsWith(')') === false) bad(parser.source.length, 'missing ) after (?# comment');
  parser.at += (blank ?? comment ?? '').length;
  return blank !== undefined || comment !== undefined;
}

/** `(?i)`: flags for the rest of the group. */
function takeFlags(parser: Parser): boolean {
  const match = /^\(\?(\^?[a-zA-Z-]*)\)/.exec(parser.source.slice(parser.at));
  if (match === null || match[1] === 'R') return false;
  parser.flags = changedFlags(parser.flags, match[1] ?? '', parser.at + 2);
  parser.at += match[0].length;
  return true;
}

function branch(parser: Parser, base: Flags): string {
  let text = '';
  let current = '';
  let flags = parser.flags;
  const flush = (): void => {
    text += withFlags(current, base, flags);
    current = '';
  };
  while (parser.at < parser.source.length) {
    const char = parser.source.charAt(parser.at);
    if (char === '|' || (char === ')' && parser.depth > 0)) break;
    if (char === ')') bad(parser.at, 'unmatched closing parenthesis');
    if (skipComment(parser)) continue;
    if (takeFlags(parser)) {
      flush();
      flags = parser.flags;
      continue;
    }
    const repeat = QUANTIFIER.exec(parser.source.slice(parser.at))?.[0];
    if (repeat !== undefined) {
      const offset = parser.at + (repeat.startsWith('{') ? repeat.length - 1 : 0);
      bad(offset, 'quantifier does not follow a repeatable item');
    }
    current += quantified(parser);
  }
  flush();
  return text;
}

function alternatives(parser: Parser): string {
  const base = parser.flags;
  const branches = [branch(parser, base)];
  while (parser.source.charAt(parser.at) === '|') {
    parser.at += 1;
    branches.push(branch(parser, base));
  }
  return branches.join('|');
}

/** @throws BadPattern with Postfix's warning, or what cannot be expressed */
export function translatePcre(source: string, options: PcreOptions): TranslatedPattern {
  const parser: Parser = { source, options, flags: options, at: 0, depth: 0, captures: 0, groups: [] };
  const text = alternatives(parser);
  return { text: options.anchored ? `${START}(?:${text})` : text, groups: parser.groups };
}
