/** What sendmail(1) does to its standard input before it hands it over: From_ line, lone dot, recipients. Pure. */
import { parseAddressList } from '../../address/parse.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Each line as [start, end without line end, start of the next]. */
function* lines(input: Uint8Array): Generator<readonly [number, number, number]> {
  for (let start = 0; start < input.length;) {
    const found = input.indexOf(LF, start);
    const next = found < 0 ? input.length : found + 1;
    let end = found < 0 ? input.length : found;
    if (end > start && input[end - 1] === CR) end -= 1;
    yield [start, end, next];
    start = next;
  }
}

/**
 * The message in the input: without the `From ` or `>From ` line that a mailbox program put in front, and, when
 * `dotEnds`, up to the first line that is a single dot.
 */
export function readMessage(input: Buffer, dotEnds: boolean): Buffer {
  let from = 0;
  let inFront = true;
  for (const [start, end, next] of lines(input)) {
    const line = input.subarray(start, end);
    if (dotEnds && line.length === 1 && line[0] === 0x2e) return input.subarray(from, start);
    if (inFront && /^>*From /.test(line.subarray(0, 64).toString('latin1'))) from = next;
    else inFront = false;
  }
  return input.subarray(from);
}

/** Header lines with their continuation, up to the first line that is neither. */
function headerLines(message: Buffer): readonly string[] {
  const found: string[] = [];
  for (const [start, end] of lines(message)) {
    const line = message.subarray(start, end).toString('utf8');
    if (/^[ \t]/.test(line) && found.length > 0) found.push(`${found.pop() ?? ''}\n${line}`);
    else if (/^[!-9;-~]+[ \t]*:/.test(line)) found.push(line);
    else break;
  }
  return found;
}

const RECIPIENT_HEADER = /^(resent-)?(?:to|cc|bcc)[ \t]*:/i;

/** sendmail -t: addresses of To, Cc and Bcc, or of the Resent- ones alone when there is any. Internal form. */
export function headerRecipients(message: Buffer): readonly string[] {
  const plain: string[] = [];
  const resent: string[] = [];
  let isResent = false;
  for (const line of headerLines(message)) {
    const match = RECIPIENT_HEADER.exec(line);
    if (match === null) continue;
    if (match[1] !== undefined) isResent = true;
    (match[1] === undefined ? plain : resent).push(...parseAddressList(line.slice(match[0].length)));
  }
  return isResent ? resent : plain;
}

/** -bv has no message of its own: Postfix makes this one. */
export function probeMessage(recipients: readonly string[]): Buffer {
  const to = recipients.length === 0 ? '' : `To: ${recipients.join(', ')}\n`;
  return Buffer.from(`Subject: probe\n${to}\n`);
}
