/**
 * mbox files (mbox(5), the mboxrd kind): a From_ line, the message with `>` before each line that is `From ` after any
 * number of `>`, an empty line. Reading takes one `>` away again, so both ways together change nothing.
 *
 * What mbox has no place for stands in one header line of ours, which reading takes out: the envelope, and which line
 * ends the message had.
 */
import { asctime } from '../mail/asctime.ts';
import { quoteLocal, unquoteLocal } from '../mail/quote.ts';
import type { ArchivedMessage, OutgoingMessage } from './archived.ts';
import { concat, CR, decode, encode, LF, linesOf, startsWith } from './bytes.ts';
import { fromLocalLines, toLocalLines, type LineEnds } from './local-lines.ts';

const FROM = encode('From ');
const GREATER = 0x3e;
const NOTE = 'X-Sandpost-Envelope: ';
/** A From_ line has a time in it; a sentence that begins with the word seldom does. */
const DATED = /\d:\d\d/;
const LONGEST_FROM_LINE = 2000;

interface Note {
  readonly from: string;
  readonly to: readonly string[];
  readonly ends: LineEnds;
  /** The message did not end with a line end. */
  readonly isOpen: boolean;
}

function quoteDepth(line: Uint8Array): number | undefined {
  let depth = 0;
  while (line[depth] === GREATER) depth += 1;
  return startsWith(line, FROM, depth) ? depth : undefined;
}

export function quoteFrom(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const line of linesOf(bytes)) {
    if (quoteDepth(line) !== undefined) parts.push(Uint8Array.of(GREATER));
    parts.push(line);
  }
  return concat(parts);
}

export function unquoteFrom(bytes: Uint8Array): Uint8Array {
  return concat([...linesOf(bytes)].map((line) => ((quoteDepth(line) ?? 0) > 0 ? line.subarray(1) : line)));
}

/** ASCII, on one line. */
function writeNote(note: Note): string {
  const json = JSON.stringify(note).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${NOTE}${json}\n`;
}

export type MboxMessage = Pick<OutgoingMessage, 'sender' | 'arrivedAt' | 'raw'> &
  Partial<Pick<OutgoingMessage, 'recipients'>>;

/** `recipients` absent: what was delivered into a mailbox, as other programs write it, without our line. */
export function toMbox({ sender, recipients, arrivedAt, raw }: MboxMessage): Uint8Array {
  const { bytes, ends } = toLocalLines(raw);
  const isOpen = bytes.at(-1) !== LF;
  const from = `From ${sender === '' ? 'MAILER-DAEMON' : quoteLocal(sender)}  ${asctime(arrivedAt)}\n`;
  const note = recipients === undefined ? '' : writeNote({ from: sender, to: recipients, ends, isOpen });
  return concat([encode(from), encode(note), quoteFrom(bytes), encode(isOpen ? '\n\n' : '\n')]);
}

function readNote(line: string): Note | undefined {
  if (!line.startsWith(NOTE)) return undefined;
  try {
    const note = JSON.parse(line.slice(NOTE.length)) as Partial<Record<keyof Note, unknown>> | null;
    if (typeof note?.from !== 'string' || !Array.isArray(note.to)) return undefined;
    const ends = note.ends === 'crlf' ? 'crlf' : 'kept';
    return { from: note.from, to: note.to.map(String), ends, isOpen: note.isOpen === true };
  } catch {
    return undefined;
  }
}

/** The sender of a From_ line; its local part may be quoted, with blanks in it. */
function senderOf(line: string): string {
  const word = /^From ((?:"(?:\\.|[^"\\])*"|[^\s"])*)/.exec(line)?.[1] ?? '';
  return word === 'MAILER-DAEMON' ? '' : unquoteLocal(word);
}

/** Without the empty line that stands between messages. */
function withoutSeparator(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== LF) return bytes;
  const end = bytes.at(-2) === CR ? bytes.length - 2 : bytes.length - 1;
  return end === 0 || bytes[end - 1] === LF ? bytes.subarray(0, end) : bytes;
}

/** One message with its From_ line. */
export function fromMbox(entry: Uint8Array): ArchivedMessage {
  const newline = entry.indexOf(LF);
  const first = newline < 0 ? entry.length : newline + 1;
  const rest = entry.subarray(first);
  const noteEnd = startsWith(rest, encode(NOTE), 0) ? rest.indexOf(LF) + 1 : 0;
  const note = noteEnd === 0 ? undefined : readNote(decode(rest.subarray(0, noteEnd)));
  if (note === undefined)
    return { raw: unquoteFrom(withoutSeparator(rest)), sender: senderOf(decode(entry.subarray(0, first))) };
  const written = rest.subarray(noteEnd, rest.length - (note.isOpen ? 2 : 1));
  const raw = fromLocalLines({ bytes: unquoteFrom(written), ends: note.ends });
  return { raw, sender: note.from, recipients: note.to };
}

export const isMbox = (bytes: Uint8Array): boolean => startsWith(bytes, FROM, 0);

/** Takes an mbox file piece by piece. */
export interface MboxSplitter {
  /** Entries that are complete. */
  push(piece: Uint8Array): readonly Uint8Array[];
  /** The last one. */
  end(): readonly Uint8Array[];
}

export function createMboxSplitter(): MboxSplitter {
  let pending: Uint8Array = new Uint8Array(0);
  /** From where a beginning is looked for. */
  let scanned = 1;

  /** A From_ line after an empty one; `unsure` when its end has not come yet. */
  function startsAt(at: number): boolean | 'unsure' {
    const isAfterEmpty = pending[at - 2] === LF || (pending[at - 2] === CR && pending[at - 3] === LF);
    if (!isAfterEmpty) return false;
    if (at + FROM.length > pending.length) return 'unsure';
    if (!startsWith(pending, FROM, at)) return false;
    const line = pending.subarray(at, at + LONGEST_FROM_LINE);
    const newline = line.indexOf(LF);
    if (newline < 0 && line.length < LONGEST_FROM_LINE) return 'unsure';
    return DATED.test(decode(newline < 0 ? line : line.subarray(0, newline)));
  }

  return {
    push(piece) {
      pending = pending.length === 0 ? piece : concat([pending, piece]);
      const entries: Uint8Array[] = [];
      let start = 0;
      for (
        let newline = pending.indexOf(LF, scanned - 1);
        newline >= 0;
        newline = pending.indexOf(LF, newline + 1)
      ) {
        const answer = startsAt(newline + 1);
        if (answer === 'unsure') break;
        scanned = newline + 2;
        if (!answer) continue;
        entries.push(pending.subarray(start, newline + 1));
        start = newline + 1;
      }
      pending = pending.slice(start);
      scanned = Math.max(1, scanned - start);
      return entries;
    },
    end: () => (pending.length === 0 ? [] : [pending]),
  };
}
