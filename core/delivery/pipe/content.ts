/** What a pipe command reads: the message with the lines and changes that flags= asks for (mail_copy(3)). */
import type { QueuedRecipient } from '../../mail/message.ts';
import { quoteAddress } from '../address-text.ts';
import { fromLine } from '../prefix.ts';
import type { PipeAttributes } from './attributes.ts';

const LF = 0x0a;
const DOT = 0x2e;
const FROM = Buffer.from('From ');

export interface CopyParts {
  /** Null sender replaced. */
  readonly sender: string;
  readonly recipient: Pick<QueuedRecipient, 'address' | 'originalAddress'>;
  readonly at: number;
}

/** The lines in front, LF after each. */
function headLines(flags: ReadonlySet<string>, { sender, recipient, at }: CopyParts): string {
  const lines: string[] = [];
  if (flags.has('F')) lines.push(fromLine(sender, at));
  if (flags.has('R')) lines.push(`Return-Path: <${quoteAddress(sender)}>`);
  if (flags.has('O') && recipient.originalAddress !== '')
    lines.push(`X-Original-To: ${quoteAddress(recipient.originalAddress)}`);
  if (flags.has('D')) lines.push(`Delivered-To: ${quoteAddress(recipient.address)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function stuffed(text: Buffer, flags: ReadonlySet<string>): Buffer {
  const [dots, froms] = [flags.has('.'), flags.has('>')];
  if (!dots && !froms) return text;
  const parts: Buffer[] = [];
  let copied = 0;
  for (let start = 0; start < text.length;) {
    const isFrom = froms && text.subarray(start, start + FROM.length).equals(FROM);
    const isDot = dots && text[start] === DOT;
    if (isFrom || isDot) {
      parts.push(text.subarray(copied, start), Buffer.from(isFrom ? '>' : '.'));
      copied = start;
    }
    const end = text.indexOf(LF, start);
    start = end < 0 ? text.length : end + 1;
  }
  return Buffer.concat([...parts, text.subarray(copied)]);
}

/** latin1 maps each byte to one character and back. */
function withEndOfLine(text: Buffer, endOfLine: string): Buffer {
  if (endOfLine === '\n') return text;
  return Buffer.from(text.toString('latin1').replaceAll('\n', endOfLine), 'latin1');
}

/** The input of the command. `text` is the delivered form with LF line ends. */
export function commandInput(
  { flags, endOfLine }: Pick<PipeAttributes, 'flags' | 'endOfLine'>,
  parts: CopyParts,
  text: Uint8Array,
): Buffer {
  const source = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const isComplete = source.length === 0 || source.at(-1) === LF;
  const copy = Buffer.concat([
    Buffer.from(headLines(flags, parts)),
    stuffed(source, flags),
    Buffer.from(isComplete ? '' : '\n'),
    Buffer.from(flags.has('B') ? '\n' : ''),
  ]);
  return withEndOfLine(copy, endOfLine);
}
