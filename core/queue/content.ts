/** The delivered form of a stored message (see MessageContent), as agents and notices read it. */
import type { MessageContent } from '../mail/message.ts';

const CR = 0x0d;
const LF = 0x0a;

/** Reads CRLF as LF. */
function withoutCarriageReturns(bytes: Uint8Array): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = source.indexOf('\r\n');
  if (at === -1) return source;
  const result = Buffer.allocUnsafe(source.length);
  let copiedTo = 0;
  let length = 0;
  for (; at !== -1; at = source.indexOf(CR, at + 1)) {
    if (source[at + 1] !== LF) continue;
    length += source.copy(result, length, copiedTo, at);
    copiedTo = at + 1;
  }
  length += source.copy(result, length, copiedTo);
  return result.subarray(0, length);
}

export function bodyOf(content: MessageContent): Uint8Array {
  return content.body ?? withoutCarriageReturns(content.raw.subarray(content.bodyOffset));
}

/** Header block, an empty line, body: LF line ends. */
export function deliveredForm(content: MessageContent): Uint8Array {
  return Buffer.concat([content.header, Buffer.from('\n'), bodyOf(content)]);
}
