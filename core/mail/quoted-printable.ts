/** Quoted-printable (RFC 2045 section 6.7) as Postfix writes it when a server takes only seven bits. */

/** A line is broken before it gets longer than this. */
const SOFT_LIMIT = 72;

const escaped = (character: string): string =>
  `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * Encodes one line of a byte string, or a piece of it.
 * @param pending what an earlier piece of the line left
 * @param isWhole the line ends here
 * @returns complete lines, and what is left for the next piece
 */
export function encodeQuotedPrintable(
  pending: string,
  text: string,
  isWhole: boolean,
): { readonly lines: readonly string[]; readonly pending: string } {
  const lines: string[] = [];
  let line = pending;
  for (const character of text) {
    if (line.length > SOFT_LIMIT) {
      lines.push(`${line}=`);
      line = '';
    }
    const isPlain = character === '\t' || (character >= ' ' && character <= '~' && character !== '=');
    line += isPlain ? character : escaped(character);
  }
  if (!isWhole) return { lines, pending: line };
  // white space at the end of a line would get lost on the way
  lines.push(line.replace(/[ \t]$/, escaped));
  return { lines, pending: '' };
}
