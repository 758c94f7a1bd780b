/** Message content as received: how large it is by Postfix's count, and the oddities of its first line. */

const LF = 0x0a;
const CR = 0x0d;

export interface ReceivedContent {
  /** Dots unstuffed, line ends as they were. Incomplete when it was over the limit. */
  readonly bytes: Buffer;
  /** More was received than message_size_limit allows. */
  readonly isOverLimit: boolean;
  /** A line ended in LF without CR; only looked for where that is refused. */
  readonly hasBareNewline: boolean;
}

/**
 * Bytes as smtpd counts them against message_size_limit: each line with CRLF, lines longer than line_length_limit
 * in pieces of their own.
 */
export function measureContent(bytes: Buffer, lineLengthLimit: number): number {
  let size = 0;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(LF, start);
    let end = newline < 0 ? bytes.length : newline;
    if (newline >= 0) while (end > start && bytes[end - 1] === CR) end--;
    const length = end - start;
    size += length + 2 * (Math.floor(length / lineLengthLimit) + 1);
    start = newline < 0 ? bytes.length : newline + 1;
  }
  return size;
}

/**
 * A first line `From ...` (mbox) is no header: it is kept as X-Mailbox-Line, as Postfix does.
 * @returns the header lines to put in front (LF after each), and the rest of the content
 */
export function withoutMailboxLine(bytes: Buffer): { readonly head: string; readonly rest: Buffer } {
  let head = '';
  let rest = bytes;
  for (;;) {
    let at = 0;
    while (rest[at] === 0x3e) at++;
    if (rest.toString('latin1', at, at + 5).toLowerCase() !== 'from ') return { head, rest };
    const newline = rest.indexOf(LF);
    const end = newline < 0 ? rest.length : newline;
    head += `X-Mailbox-Line: ${rest.toString('utf8', 0, end).replace(/\r+$/, '')}\n`;
    rest = rest.subarray(newline < 0 ? rest.length : newline + 1);
  }
}
