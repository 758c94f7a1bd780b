/** Stored content put together again. */
import type { MessageContent } from './message.ts';

const CR = 0x0d;
const LF = 0x0a;

/** The body's bytes as they are stored: where parts' byte ranges count from. Line ends as they came. */
export function bodyOf(content: MessageContent): Uint8Array {
  return content.body ?? content.raw.subarray(content.bodyOffset);
}

/** CRLF read as LF; a CR that stands alone stays. */
export function withLf(bytes: Uint8Array): Buffer {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = source.indexOf(CR);
  if (at < 0) return source;
  const result = Buffer.allocUnsafe(source.length);
  let length = 0;
  let from = 0;
  while (at >= 0) {
    if (source[at + 1] === LF) {
      length += source.copy(result, length, from, at);
      from = at + 1;
    }
    at = source.indexOf(CR, at + 1);
  }
  length += source.copy(result, length, from);
  return result.subarray(0, length);
}

const EMPTY_LINE = Buffer.of(LF);
const NOTHING = Buffer.alloc(0);

/** The line between header and body: not there in a message that ends with its header. */
export function separatorOf({ raw, bodyOffset, body }: MessageContent): Buffer {
  if ((body ?? raw).length > (body === null ? bodyOffset : 0)) return EMPTY_LINE;
  const before = raw[bodyOffset - 2] === CR ? raw[bodyOffset - 3] : raw[bodyOffset - 2];
  const isEmptyLine = raw[bodyOffset - 1] === LF && (before === LF || before === undefined);
  return isEmptyLine ? EMPTY_LINE : NOTHING;
}

/**
 * What delivery agents hand on and readers see: the header after cleanup, an empty line, the body; LF line ends.
 * `head` is what an agent puts in front for one mailbox (Return-Path, X-Original-To, Delivered-To).
 */
export function deliveredForm(content: MessageContent, head = ''): Buffer {
  return Buffer.concat([Buffer.from(head), content.header, separatorOf(content), deliveredBody(content)]);
}

/** The body of the delivered form. */
export function deliveredBody(content: MessageContent): Uint8Array {
  return content.body ?? withLf(content.raw.subarray(content.bodyOffset));
}
