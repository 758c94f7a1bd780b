/** What a delivery agent puts in front of a message: the lines of mail_copy(3). */
import { asctime } from '../mail/asctime.ts';
import { quoteAddress } from './address-text.ts';

export interface PrefixParts {
  readonly sender: string;
  /** '' when there is none (enable_original_recipient = no, or an owner- alias took its place). */
  readonly originalAddress: string;
  /** Absent where prepend_delivered_header leaves it out. */
  readonly deliveredTo?: string;
}

/** Return-Path, X-Original-To and Delivered-To, LF after each line. */
export function deliveryHead({ sender, originalAddress, deliveredTo }: PrefixParts): string {
  const original = originalAddress === '' ? '' : `X-Original-To: ${quoteAddress(originalAddress)}\n`;
  const delivered = deliveredTo === undefined ? '' : `Delivered-To: ${quoteAddress(deliveredTo)}\n`;
  return `Return-Path: <${quoteAddress(sender)}>\n${original}${delivered}`;
}

/** The `From ` line of an mbox file, without newline. */
export function fromLine(sender: string, at: number): string {
  return `From ${sender === '' ? 'MAILER-DAEMON' : quoteAddress(sender)}  ${asctime(at)}`;
}

const LF = 0x0a;
const FROM = Buffer.from('From ');

/** Puts a `>` before each line that begins with `From ` (MAIL_COPY_QUOTE). */
export function quoteFromLines(text: Uint8Array): Buffer {
  const source = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const parts: Buffer[] = [];
  let copiedTo = 0;
  for (let at = source.indexOf(FROM); at !== -1; at = source.indexOf(FROM, at + FROM.length)) {
    if (at !== 0 && source[at - 1] !== LF) continue;
    parts.push(source.subarray(copiedTo, at), Buffer.from('>'));
    copiedTo = at;
  }
  parts.push(source.subarray(copiedTo));
  return Buffer.concat(parts);
}

/** One message as it stands in an mbox file: From_ line, head, quoted text, an empty line at the end. */
export function mboxEntry(parts: PrefixParts, at: number, text: Uint8Array): Buffer {
  const quoted = quoteFromLines(text);
  const isComplete = quoted.length === 0 || quoted.at(-1) === LF;
  return Buffer.concat([
    Buffer.from(`${fromLine(parts.sender, at)}\n${deliveryHead(parts)}`),
    quoted,
    Buffer.from(isComplete ? '\n' : '\n\n'),
  ]);
}
