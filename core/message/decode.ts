/** Parts decoded: transfer encoding (RFC 2045 section 6), charset, format=flowed (RFC 3676). */
import libbase64 from 'libbase64';
import libmime from 'libmime';
import charsets from 'libmime/lib/charset.js';
import libqp from 'libqp';
import type { StoredPart } from '../store/store.ts';
import { withLf } from '../mail/delivered-form.ts';

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The part's bytes as they stand in the stored body. */
export function encodedBytes(part: StoredPart, body: Uint8Array): Uint8Array {
  return body.subarray(part.bodyStart, part.bodyEnd);
}

/** Transfer encoding taken off; what has an unknown one stays as it is. Text has LF line ends then. */
export function decodedBytes(part: StoredPart, body: Uint8Array): Uint8Array {
  const bytes = buffer(encodedBytes(part, body));
  switch (part.encoding) {
    case 'base64':
      return libbase64.decode(bytes.toString('latin1'));
    case 'quoted-printable':
      return withLf(libqp.decode(bytes));
    default:
      return part.contentType.startsWith('text/') ? withLf(bytes) : bytes;
  }
}

/** Text in UTF-8 that is labelled as something poorer is read as what it is. */
function decodeCharset(bytes: Uint8Array, label: string): string {
  const charset = label.toLowerCase();
  if (charset === '' || charset === 'us-ascii' || charset === 'ascii' || charset === 'utf-8') {
    try {
      return utf8.decode(bytes);
    } catch {
      return charsets.decode(buffer(bytes), charset === 'utf-8' ? 'utf-8' : 'windows-1252');
    }
  }
  return charsets.decode(buffer(bytes), charset);
}

/** The part's text, LF line ends, flowed lines joined; `atMost` bytes are read. */
export function decodedText(part: StoredPart, body: Uint8Array, atMost = Infinity): string {
  const bytes = decodedBytes(cut(part, atMost), body);
  const text = decodeCharset(bytes, part.charset).replaceAll('\r\n', '\n');
  return part.flowed === 'no' ? text : libmime.decodeFlowed(text, part.flowed === 'delsp');
}

/** Encoded bytes are at most four thirds (base64) or three times (quoted-printable) the decoded ones. */
function cut(part: StoredPart, atMost: number): StoredPart {
  const factor = part.encoding === 'quoted-printable' ? 3 : 2;
  return { ...part, bodyEnd: Math.min(part.bodyEnd, part.bodyStart + atMost * factor) };
}
