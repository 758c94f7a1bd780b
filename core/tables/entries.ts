/** Lines of `key white-space value` (postmap(1), texthash). */
import type { CompiledEntry } from '../store/store.ts';
import type { LogicalLine } from './lines.ts';

export type ParsedEntry =
  | { readonly ok: true; readonly entry: CompiledEntry; readonly warning?: string }
  | { readonly ok: false; readonly warning: string };

/** A key without quotes and backslashes, as nearly all are. */
const PLAIN_KEY = /^[^\s"\\]*(?=\s|$)/;

/** Where the key ends: at the first white space outside quotes; -1 when quotes are not balanced. */
function endOfKey(text: string): number {
  const plain = PLAIN_KEY.exec(text);
  if (plain !== null) return plain[0].length;
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && /\s/.test(char)) return at;
  }
  return inQuotes ? -1 : text.length;
}

/** What UTF-8 decoding puts in place of bytes that are none. */
const REPLACEMENT = '\ufffd';

/** Refuses a line that is not UTF-8 (smtputf8_enable). */
export function checkEncoding(text: string): ParsedEntry | undefined {
  if (!text.includes(REPLACEMENT)) return undefined;
  return { ok: false, warning: `non-UTF-8 input "${text}" -- ignoring this line` };
}

/** One logical line of a table source; warnings have no file and line in front. */
export function parseEntry({ text, line }: LogicalLine): ParsedEntry {
  const misencoded = checkEncoding(text);
  if (misencoded !== undefined) return misencoded;
  const end = endOfKey(text);
  if (end < 0) return { ok: false, warning: `unbalanced '"' in '${text}' -- ignoring this line` };
  const key = text.slice(0, end);
  const value = text.slice(end).trim();
  if (key === '' || value === '') return { ok: false, warning: 'expected format: key whitespace value' };
  const entry = { key, value, line };
  if (!key.endsWith(':')) return { ok: true, entry };
  return {
    ok: true,
    entry,
    warning: 'record is in "key: value" format; is this an alias file?',
  };
}
