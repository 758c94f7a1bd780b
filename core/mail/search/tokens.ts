/** Takes a search apart into words, quoted phrases, operators and brackets, each with its place. */

interface Placed {
  readonly at: number;
  readonly length: number;
}
export type SearchToken = Placed &
  (
    | { readonly kind: 'open' | 'close' | 'or' | 'and' | 'not' }
    /** `isQuoted`: it stood in quotes; `isClosed`: with the second one. */
    | { readonly kind: 'word'; readonly text: string; readonly isQuoted: boolean; readonly isClosed: boolean }
    /** `from:`; what follows without a space is its value. */
    | { readonly kind: 'operator'; readonly name: string; readonly hasValue: boolean }
  );

const SPACE = /\s/u;
/** What ends a word. */
const WORD_END = /[\s()"|]/u;
/** A name and a colon; `http://...` is a word. */
const OPERATOR = /^([a-z][a-z-]*):(?!\/\/)/iu;
const KEYWORDS: Readonly<Record<string, 'or' | 'and' | 'not'>> = {
  or: 'or',
  OR: 'or',
  AND: 'and',
  NOT: 'not',
};

/** A quoted phrase, of which the second quote may be missing while somebody types. */
function quotedAt(text: string, at: number): SearchToken {
  const end = text.indexOf('"', at + 1);
  const isClosed = end >= 0;
  const stop = isClosed ? end : text.length;
  return {
    kind: 'word',
    at,
    length: stop - at + (isClosed ? 1 : 0),
    text: text.slice(at + 1, stop),
    isQuoted: true,
    isClosed,
  };
}

/** `header:` takes a name, a colon, and then words or a phrase: `X-Mailer:"php mailer"`. */
function headerValueAt(text: string, at: number): SearchToken {
  const match = /^[^\s()":|]+:"[^"]*"?/u.exec(text.slice(at));
  if (match === null) return wordAt(text, at);
  const [whole] = match;
  return {
    kind: 'word',
    at,
    length: whole.length,
    text: whole.replaceAll('"', ''),
    isQuoted: true,
    isClosed: true,
  };
}

function wordAt(text: string, at: number): SearchToken {
  let end = at;
  while (end < text.length && !WORD_END.test(text.charAt(end))) end += 1;
  const word = text.slice(at, end);
  return { kind: 'word', at, length: word.length, text: word, isQuoted: false, isClosed: true };
}

function valueAt(text: string, at: number, operator: string): SearchToken | undefined {
  const next = text.charAt(at);
  if (next === '"') return quotedAt(text, at);
  if (next === '' || WORD_END.test(next)) return undefined;
  return operator === 'header' ? headerValueAt(text, at) : wordAt(text, at);
}

/** An operator with its value, a keyword, or a word. */
function wordsAt(text: string, at: number): readonly SearchToken[] {
  const operator = OPERATOR.exec(text.slice(at, at + 40));
  if (operator === null) {
    const word = wordAt(text, at);
    const keyword = word.kind === 'word' ? KEYWORDS[word.text] : undefined;
    return [keyword === undefined ? word : { kind: keyword, at, length: word.length }];
  }
  const [whole, name = ''] = operator;
  const value = valueAt(text, at + whole.length, name.toLowerCase());
  const token: SearchToken = {
    kind: 'operator',
    at,
    length: whole.length,
    name: name.toLowerCase(),
    hasValue: value !== undefined || text.charAt(at + whole.length) === '(',
  };
  return value === undefined ? [token] : [token, value];
}

const SIGNS: Readonly<Record<string, 'open' | 'close' | 'or'>> = { '(': 'open', ')': 'close', '|': 'or' };

function tokensAt(text: string, at: number): readonly SearchToken[] {
  const sign = text.charAt(at);
  const kind = SIGNS[sign];
  if (kind !== undefined) return [{ kind, at, length: 1 }];
  if (sign === '"') return [quotedAt(text, at)];
  const next = text.charAt(at + 1);
  if (sign === '-' && next !== '' && !SPACE.test(next)) return [{ kind: 'not', at, length: 1 }];
  return wordsAt(text, at);
}

export function searchTokens(text: string): readonly SearchToken[] {
  const tokens: SearchToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const found = tokensAt(text, at);
    const last = found.at(-1);
    tokens.push(...found);
    at = last === undefined ? text.length : last.at + Math.max(1, last.length);
  }
  return tokens;
}
