/**
 * Headers in the full-text index: every word is kept together with the header's name as one token, so that
 * `header:X-Mailer:php` is one look-up and no other word is ever mistaken for one of these. The two marks are private
 * characters, which the index's tokenizer takes for letters.
 */
const MARK = '\u{e000}';
const LONGEST_NAME = 60;
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '')
    .slice(0, LONGEST_NAME);

/** The token that says that the header is there, or with a word that this word is in it. */
export const headerToken = (name: string, word = ''): string => `${MARK}${plain(name)}${MARK}${word}`;

/** The tokens of a value, in order. */
export function headerTokens(name: string, value: string): readonly string[] {
  return (value.match(WORD) ?? []).map((word) => headerToken(name, word.replaceAll(MARK, '')));
}
