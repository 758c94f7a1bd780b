/** A message in a message (message/rfc822, RFC 2046 section 5.2.1) taken as one of its own. */
import type { MessageContent } from '../mail/message.ts';
import { withLf } from '../mail/delivered-form.ts';

const LF = 0x0a;

/** Where the header's last line ends, and where the body begins. */
function splitAt(bytes: Buffer): { readonly headerEnd: number; readonly bodyOffset: number } {
  if (bytes[0] === LF) return { headerEnd: 0, bodyOffset: 1 };
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return { headerEnd: at + 1, bodyOffset: at + 2 };
  }
  return { headerEnd: bytes.length, bodyOffset: bytes.length };
}

/** The part's decoded bytes as stored content; line ends become LF. */
export function messageFrom(decoded: Uint8Array): MessageContent {
  const raw = withLf(decoded);
  const { headerEnd, bodyOffset } = splitAt(raw);
  const header = raw.subarray(0, headerEnd);
  const isEnded = header.length === 0 || header.at(-1) === LF;
  return { raw, bodyOffset, body: null, header: isEnded ? header : Buffer.concat([header, Buffer.of(LF)]) };
}
