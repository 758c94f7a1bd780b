/** Limits that cost a message its form on the way: RFC 5322 section 2.1.1, and what Gmail cuts off. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Finding } from './finding.ts';

const LONGEST_LINE = 998;
/** Gmail shows this much of an HTML part and hides the rest behind a link. */
const CLIPPED_AT = 102 * 1024;
const LF = 0x0a;
const CR = 0x0d;

interface Lines {
  readonly tooLong: number;
  readonly firstTooLong: number;
  readonly longest: number;
  readonly bareLf: number;
  readonly crLf: number;
}

/** Bytes looked at before others get their turn. */
const PIECE = 4 * 1024 * 1024;

async function measure(raw: Uint8Array): Promise<Lines> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let [line, tooLong, firstTooLong, longest, bareLf, crLf] = [1, 0, 0, 0, 0, 0];
  let turnAt = PIECE;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found;
    const isCrLf = found > start && bytes[found - 1] === CR;
    const length = end - start - (isCrLf ? 1 : 0);
    if (isCrLf) crLf += 1;
    else if (found >= 0) bareLf += 1;
    longest = Math.max(longest, length);
    if (length > LONGEST_LINE) {
      tooLong += 1;
      firstTooLong = firstTooLong === 0 ? line : firstTooLong;
    }
    start = end + 1;
    if (start > turnAt) {
      turnAt = start + PIECE;
      await nextTurn();
    }
  }
  return { tooLong, firstTooLong, longest, bareLf, crLf };
}

export async function lintLines(raw: Uint8Array): Promise<readonly Finding[]> {
  const { tooLong, firstTooLong, longest, bareLf, crLf } = await measure(raw);
  const which = tooLong === 1 ? 'A line is' : `${tooLong} lines are`;
  return [
    ...(tooLong > 0
      ? [
          {
            severity: 'error',
            message: `${which} longer than ${LONGEST_LINE} characters (the longest ${longest}): servers break or refuse them. Use quoted-printable or base64.`,
            line: firstTooLong,
          } as const,
        ]
      : []),
    ...(bareLf > 0 && crLf > 0
      ? [{ severity: 'warning', message: 'Some lines end with LF alone, others with CRLF.' } as const]
      : []),
  ];
}

/** @param htmlBytes of the decoded HTML part; 0: none */
export function lintHtmlSize(htmlBytes: number): readonly Finding[] {
  if (htmlBytes <= CLIPPED_AT) return [];
  const kilobytes = Math.round(htmlBytes / 1024);
  return [
    {
      severity: 'warning',
      message: `The HTML is ${kilobytes} kB: Gmail clips what is beyond 102 kB, the unsubscribe link and the tracking pixel at the end with it.`,
    },
  ];
}
