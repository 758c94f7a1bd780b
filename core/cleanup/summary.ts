/** What lists show of a message, read from its finished header (RFC 5322, encoded words of RFC 2047). */
import { createRequire } from 'node:module';
import type libmime from 'libmime';
import type { HeaderSummary } from '../mail/message.ts';
import { decodeBytes } from '../mail/byte-string.ts';

const WANTED: ReadonlySet<string> = new Set(['from', 'to', 'subject', 'date', 'message-id']);

/** Loaded with the first encoded word: its character sets take longer to load than all else that a start needs. */
let words: typeof libmime | undefined;
function decodeWords(text: string): string {
  words ??= createRequire(import.meta.url)('libmime') as typeof libmime;
  return words.decodeWords(text);
}

function readable(value: string): string {
  const text = decodeBytes(value.replace(/\n[ \t]*/g, ' ').trim());
  return text.includes('=?') ? decodeWords(text) : text;
}

function dateOf(value: string | undefined): number | null {
  if (value === undefined) return null;
  const time = Date.parse(
    value
      .replace(/\n[ \t]*/g, ' ')
      .replace(/\([^)]*\)/g, '')
      .trim(),
  );
  return Number.isNaN(time) ? null : time;
}

/** The first header of each name counts. @param header a byte string, LF after each line */
export function summarise(header: string): HeaderSummary {
  const found = new Map<string, string>();
  let start = 0;
  while (start < header.length) {
    let end = header.indexOf('\n', start);
    while (header[end + 1] === ' ' || header[end + 1] === '\t') end = header.indexOf('\n', end + 1);
    const colon = header.indexOf(':', start);
    // no wanted name is longer than `Message-Id`
    if (colon > 0 && colon - start <= 12) {
      const name = header.slice(start, colon).trimEnd().toLowerCase();
      if (WANTED.has(name) && !found.has(name)) found.set(name, header.slice(colon + 1, end));
    }
    start = end + 1;
  }
  const text = (name: string): string => {
    const value = found.get(name);
    return value === undefined ? '' : readable(value);
  };
  return {
    from: text('from'),
    to: text('to'),
    subject: text('subject'),
    date: dateOf(found.get('date')),
    messageId: text('message-id'),
  };
}
