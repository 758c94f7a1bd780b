/** Bracket expressions of POSIX regular expressions (`[...]`) as JavaScript ones; classes are those of the C locale. */

/** The pattern is wrong; the message is regerror(3)'s. */
export class BadPattern extends Error {}

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
};

const UNMATCHED = 'Unmatched [, [^, [:, [., or [=';

const escapeInClass = (char: string): string => (/[\\\]^[-]/.test(char) ? `\\${char}` : char);

interface Member {
  /** One character, or the inside of a class. */
  readonly text: string;
  readonly isClass: boolean;
  readonly at: number;
}

/** `[:alpha:]`, `[.-.]`, `[=a=]`. */
function special(source: string, at: number, kind: string): Member {
  const end = source.indexOf(`${kind}]`, at + 2);
  if (end < 0) throw new BadPattern(UNMATCHED);
  const name = source.slice(at + 2, end);
  if (kind === ':') {
    const members = CLASSES[name];
    if (members === undefined) throw new BadPattern('Invalid character class name');
    return { text: members, isClass: true, at: end + 2 };
  }
  if (name.length !== 1) throw new BadPattern('Invalid collation character');
  return { text: name, isClass: false, at: end + 2 };
}

function member(source: string, at: number): Member {
  const char = source.charAt(at);
  if (char === '') throw new BadPattern(UNMATCHED);
  const kind = char === '[' ? source.charAt(at + 1) : '';
  return kind !== '' && ':.='.includes(kind)
    ? special(source, at, kind)
    : { text: char, isClass: false, at: at + 1 };
}

/** One character, or a range of them. */
function range(source: string, from: number, isFirst: boolean): { text: string; at: number } {
  if (!isFirst && source.charAt(from) === '-' && source.charAt(from + 1) !== ']') {
    throw new BadPattern('Invalid range end');
  }
  const low = member(source, from);
  const isRange = source.charAt(low.at) === '-' && source.charAt(low.at + 1) !== ']';
  if (low.isClass) {
    if (isRange) throw new BadPattern('Invalid range end');
    return low;
  }
  if (!isRange) return { text: escapeInClass(low.text), at: low.at };
  const high = member(source, low.at + 1);
  if (high.isClass || high.text < low.text) throw new BadPattern('Invalid range end');
  return { text: `${escapeInClass(low.text)}-${escapeInClass(high.text)}`, at: high.at };
}

/**
 * @param from index of the opening bracket
 * @param newline REG_NEWLINE: a negated expression does not match a newline
 */
export function translateBracket(
  source: string,
  from: number,
  newline: boolean,
): { readonly text: string; readonly at: number } {
  const isNegated = source.charAt(from + 1) === '^';
  const first = from + (isNegated ? 2 : 1);
  let text = isNegated ? '[^' : '[';
  let at = first;
  while (at === first || source.charAt(at) !== ']') {
    const next = range(source, at, at === first);
    text += next.text;
    at = next.at;
  }
  return { text: `${text}${isNegated && newline ? '\\n' : ''}]`, at: at + 1 };
}
