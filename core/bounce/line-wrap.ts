/** Breaking long lines at blanks, for the human-readable part of reports. */

/**
 * Breaks `text` at blanks so that lines stay within `width` bytes; all but the first are indented by `indent`
 * blanks. A word that is longer than a line is not broken (line_wrap(3)).
 */
export function wrapLine(text: string, width: number, indent: number): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  let room = width;
  let margin = '';
  for (let word = 0; word <= text.length;) {
    const space = text.slice(word).search(/[ \t]/);
    const wordEnd = space < 0 ? text.length : word + space;
    if (word > start && Buffer.byteLength(text.slice(start, wordEnd)) > room) {
      lines.push(margin + text.slice(start, word).trimEnd());
      while (word < text.length && /\s/.test(text.charAt(word))) word++;
      if (margin === '') {
        margin = ' '.repeat(indent);
        room -= indent;
      }
      start = word;
    }
    if (space < 0) break;
    word = wordEnd + 1;
  }
  lines.push(margin + text.slice(start).trimEnd());
  return lines;
}
