/** Header fields as people read them: unfolded, encoded words (RFC 2047) decoded, raw 8-bit text guessed at. */
import libmime from 'libmime';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
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

/** A header block with LF or CRLF line ends, in order. Lines that are no header field are left out. */
export function parseHeaders(block: Uint8Array): readonly HeaderField[] {
  const fields: { name: string; value: string }[] = [];
  for (const line of decodeHeaderBytes(block).split(/\r?\n/)) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) last.value += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    fields.push({ name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trim() });
  }
  return fields.map(({ name, value }) => ({ name, value: decodeWords(value) }));
}
