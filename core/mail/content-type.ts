/** The little that cleanup reads of Content-Type and Content-Transfer-Encoding (RFC 2045). */

export interface ContentType {
  readonly type: 'text' | 'message' | 'multipart' | 'other';
  readonly subtype: string;
  /** All boundary parameters: more than one is illegal, and a way to hide parts. */
  readonly boundaries: readonly string[];
}

const TOKEN = /^[^\s()<>@,;:\\"/[\]?=]+/;

/** Blanks and comments, nested ones too. */
function skipBlanks(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '(') depth++;
    else if (c === ')' && depth > 0) depth--;
    else if (depth > 0 && c === '\\') i++;
    else if (depth === 0 && !/\s/.test(c)) return i;
  }
  return text.length;
}

/** Tokens, quoted strings (their content) and single special characters, in order (header_token). */
function* words(text: string): Generator<{ readonly kind: 'word' | 'special'; readonly text: string }> {
  for (let i = skipBlanks(text, 0); i < text.length; i = skipBlanks(text, i)) {
    const token = TOKEN.exec(text.slice(i))?.[0];
    const quoted = token === undefined ? /^"((?:\\[\s\S]|[^"\\])*)"?/.exec(text.slice(i)) : null;
    if (token !== undefined) {
      yield { kind: 'word', text: token };
      i += token.length;
    } else if (quoted !== null) {
      yield { kind: 'word', text: (quoted[1] ?? '').replace(/\\([\s\S])/g, '$1').replace(/\n/g, '') };
      i += quoted[0].length;
    } else {
      yield { kind: 'special', text: text.charAt(i) };
      i += 1;
    }
  }
}

const typeOf = (name: string): ContentType['type'] =>
  name === 'text' || name === 'message' || name === 'multipart' ? name : 'other';

/** @param value what follows the colon */
export function parseContentType(value: string): ContentType {
  const groups: string[][] = [[]];
  for (const word of words(value)) {
    if (word.kind === 'special' && word.text === ';') groups.push([]);
    else groups.at(-1)?.push(word.text);
  }
  const [[name = '', slash, subtype = ''] = [], ...parameters] = groups;
  return {
    type: typeOf(name.toLowerCase()),
    subtype: slash === '/' ? subtype.toLowerCase() : '',
    boundaries: parameters.flatMap(([attribute, equals, boundary]) =>
      attribute?.toLowerCase() === 'boundary' && equals === '=' && boundary !== undefined ? [boundary] : [],
    ),
  };
}

export type Domain = '7bit' | '8bit' | 'binary';
export type Encoding = Domain | 'base64' | 'quoted-printable';

const ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable']);
const isEncoding = (word: string): word is Encoding => ENCODINGS.has(word);

/** undefined: not one that is known. */
export function parseEncoding(value: string): Encoding | undefined {
  for (const word of words(value)) {
    const name = word.text.toLowerCase();
    return word.kind === 'word' && isEncoding(name) ? name : undefined;
  }
  return undefined;
}

export const domainOf = (encoding: Encoding): Domain =>
  encoding === '8bit' || encoding === 'binary' ? encoding : '7bit';
