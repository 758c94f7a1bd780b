/**
 * Message text inside cleanup and the SMTP client is a "byte string": each character is one byte. Headers stay as they came, whatever
 * their encoding, and only what looks into them (address rewriting, checks, log lines) reads them as UTF-8.
 */

// eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
const BEYOND_ASCII = /[^\x00-\x7f]/;
// eslint-disable-next-line no-control-regex -- control characters are what is masked
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\ufffd]/g;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const isAscii = (text: string): boolean => !BEYOND_ASCII.test(text);

/** Reads a byte string as UTF-8; one that is not UTF-8 is answered as it is. */
export function decodeBytes(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  try {
    return strictUtf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
}

/** Text as a byte string of its UTF-8 form. */
export const encodeBytes = (text: string): string =>
  isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');

/** For log lines: a byte string read as UTF-8, cut after `limit` bytes, with `?` for what is not printable. */
export function logged(bytes: string, limit = Infinity): string {
  const cut = bytes.length > limit ? bytes.slice(0, limit) : bytes;
  const text = isAscii(cut) ? cut : Buffer.from(cut, 'latin1').toString('utf8');
  return text.replace(UNPRINTABLE, '?');
}
