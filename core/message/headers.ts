/** Header fields as people read them: unfolded, encoded words (RFC 2047) decoded, raw 8-bit text guessed at. */
import libmime from 'libmime';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** A field with how it stands in the message, folding inside. */
export interface FieldAsWritten extends HeaderField {
  /** What follows the colon, LF line ends, blanks around it kept out. */
  readonly raw: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const western = new TextDecoder('windows-1252');

/** RFC 6532 says that 8-bit header text is UTF-8; older software writes Latin-1. */
export function decodeHeaderBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  try {
    return libmime.decodeWords(text);
  } catch {
    return text;
  }
}

const unfold = (raw: string) => raw.replace(/\n[ \t]*/g, ' ');

/** A header block with LF or CRLF line ends, in order. Lines that are no header field are left out. */
export function readFields(block: Uint8Array): readonly FieldAsWritten[] {
  const fields: { name: string; lines: string[] }[] = [];
  for (const line of decodeHeaderBytes(block).split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      fields.at(-1)?.lines.push(line.trimEnd());
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    fields.push({ name: line.slice(0, colon).trimEnd(), lines: [line.slice(colon + 1).trim()] });
  }
  return fields.map(({ name, lines }) => {
    const raw = lines.join('\n');
    return { name, raw, value: decodeWords(unfold(raw).trim()) };
  });
}

export const parseHeaders = (block: Uint8Array): readonly HeaderField[] =>
  readFields(block).map(({ name, value }) => ({ name, value }));
