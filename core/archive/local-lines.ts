/**
 * Line ends as files of a mailbox have them (LF), and back. Messages that came over SMTP have CRLF throughout; what is
 * mixed stays as it is, so that nothing is lost either way.
 */
import { concat, CR, LF } from './bytes.ts';

/** `crlf`: every line end was CRLF. `kept`: nothing was changed. */
export type LineEnds = 'crlf' | 'kept';

export interface LocalText {
  readonly bytes: Uint8Array;
  readonly ends: LineEnds;
}

function isCrlfThroughout(bytes: Uint8Array): boolean {
  let at = bytes.indexOf(LF);
  if (at < 0) return false;
  for (; at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) return false;
  return true;
}

export function toLocalLines(bytes: Uint8Array): LocalText {
  if (!isCrlfThroughout(bytes)) return { bytes, ends: 'kept' };
  return { bytes: bytes.filter((byte, at) => byte !== CR || bytes[at + 1] !== LF), ends: 'crlf' };
}

export function fromLocalLines({ bytes, ends }: LocalText): Uint8Array {
  if (ends === 'kept') return bytes;
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    parts.push(bytes.subarray(start, at), Uint8Array.of(CR, LF));
    start = at + 1;
  }
  return concat([...parts, bytes.subarray(start)]);
}
