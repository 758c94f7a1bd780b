/** Encoded words of headers (RFC 2047) as text: for what is shown or written into a field again. */

const WORD = /=\?([\w!#$%&'*+.^`{|}~-]+)(?:\*[\w-]+)?\?([bq])\?([^?\s]*)\?=/gi;

function bytesOf(encoding: string, text: string): Uint8Array {
  if (encoding.toLowerCase() === 'b') return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const plain = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

/** A word that cannot be read stays as it stands. */
export function decodeWords(text: string): string {
  // Blanks between two encoded words are no part of the text (section 6.2).
  const joined = text.replace(/\?=\s+(?==\?)/g, '?=');
  return joined.replace(WORD, (word: string, charset: string, encoding: string, coded: string) => {
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytesOf(encoding, coded));
    } catch {
      return word;
    }
  });
}
