/**
 * Message content after DATA: takes the doubled dots out and finds the end (RFC 5321 section 4.5.2), chunk by chunk and
 * without looking at each byte. Which line with a single dot is the end depends on smtpd_forbid_bare_newline:
 *
 * - `allow`: any line end before and after the dot, as Postfix 3.7 has it by default;
 * - `standard`, `reject`: only CRLF.CRLF. Other single dots are dropped, so that nobody behind us takes them for the end.
 */
import type { ReceivedContent } from './content.ts';
import type { BareNewlinePolicy } from './settings.ts';

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const NEWLINE_DOT = Buffer.from('\n.');

export class ContentReader {
  readonly #policy: BareNewlinePolicy;
  readonly #limit: number;
  readonly #kept: Buffer[] = [];
  #size = 0;
  /** Nothing, or bytes that began a line with a dot and are not yet enough to decide. */
  #carry: Buffer | undefined;
  #isAtLineStart = true;
  /** The line before ended in LF without CR. */
  #isAfterBare = false;
  #lastByte = -1;
  #hasBareNewline = false;

  /** @param limit bytes to keep at most; 0 for any number */
  constructor(policy: BareNewlinePolicy, limit: number) {
    this.#policy = policy;
    this.#limit = limit;
  }

  /** Bytes received so far. */
  get size(): number {
    return this.#size;
  }

  /** @returns where in `chunk` the content ended: the first byte behind it; undefined: more is to come */
  read(chunk: Buffer): number | undefined {
    const carried = this.#carry?.length ?? 0;
    const bytes = this.#carry === undefined ? chunk : Buffer.concat([this.#carry, chunk]);
    this.#carry = undefined;
    const end = this.#scan(bytes);
    return end === undefined ? undefined : end - carried;
  }

  finish(): ReceivedContent {
    const bytes = this.#kept.length === 1 ? (this.#kept[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#kept);
    return {
      bytes,
      isOverLimit: this.#limit > 0 && this.#size > this.#limit,
      hasBareNewline: this.#hasBareNewline,
    };
  }

  #scan(bytes: Buffer): number | undefined {
    let start = 0;
    let at = this.#isAtLineStart && bytes[0] === DOT ? 0 : this.#nextDot(bytes, 0);
    while (at >= 0) {
      const line = this.#dotLine(bytes, at);
      if (line === 'undecided') {
        this.#keep(bytes, start, at);
        this.#carry = bytes.subarray(at);
        this.#isAtLineStart = true;
        return undefined;
      }
      this.#keep(bytes, start, at);
      if (line.isEnd) return line.next;
      start = line.next;
      if (!line.isDropped) {
        // Only the dot goes; what follows it is content.
        this.#lastByte = DOT;
        at = this.#nextDot(bytes, start);
        continue;
      }
      this.#isAfterBare = line.isBare;
      this.#lastByte = LF;
      at = bytes[start] === DOT ? start : this.#nextDot(bytes, start);
    }
    this.#keep(bytes, start, bytes.length);
    this.#isAtLineStart = this.#lastByte === LF;
    return undefined;
  }

  /** The next dot that begins a line; -1 without. */
  #nextDot(bytes: Buffer, from: number): number {
    const newline = bytes.indexOf(NEWLINE_DOT, from);
    return newline < 0 ? -1 : newline + 1;
  }

  /** A line that begins with a dot: is that all of it? */
  #dotLine(
    bytes: Buffer,
    dot: number,
  ):
    | 'undecided'
    | {
        readonly isEnd: boolean;
        readonly isDropped: boolean;
        readonly isBare: boolean;
        readonly next: number;
      } {
    let end = dot + 1;
    while (bytes[end] === CR) end++;
    if (end === bytes.length) return 'undecided';
    const isAlone = bytes[end] === LF;
    const isBare = end === dot + 1;
    if (!isAlone) return { isEnd: false, isDropped: false, isBare: false, next: dot + 1 };
    const isStandard = !isBare && !this.#isAfterBareAt(bytes, dot);
    if (this.#policy === 'allow' || isStandard)
      return { isEnd: true, isDropped: false, isBare, next: end + 1 };
    if (isBare) this.#hasBareNewline ||= this.#policy === 'reject';
    return { isEnd: false, isDropped: true, isBare, next: end + 1 };
  }

  /** Whether the line end before this line start was a bare LF. */
  #isAfterBareAt(bytes: Buffer, lineStart: number): boolean {
    if (lineStart === 0) return this.#isAfterBare;
    return (lineStart === 1 ? this.#lastByte : bytes[lineStart - 2]) !== CR;
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    if (end <= start) return;
    const part = bytes.subarray(start, end);
    const before = this.#lastByte;
    if (this.#policy === 'reject' && !this.#hasBareNewline)
      this.#hasBareNewline = findBareNewline(part, before);
    this.#lastByte = part[part.length - 1] ?? -1;
    this.#isAfterBare = this.#lastByte === LF && (part.length > 1 ? part[part.length - 2] : before) !== CR;
    this.#size += part.length;
    // What is over the limit is read to its end and not kept.
    if (this.#limit === 0 || this.#size <= this.#limit) this.#kept.push(part);
  }
}

function findBareNewline(bytes: Buffer, before: number): boolean {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if ((at === 0 ? before : bytes[at - 1]) !== CR) return true;
  }
  return false;
}
