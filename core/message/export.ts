/** Several messages as one file that other programs read: an mbox, or a ZIP archive of .eml files. */
import { asctime } from '../mail/asctime.ts';
import { quoteLocal } from '../mail/quote.ts';
import { safeFileName } from '../util/file-name.ts';
import { zip } from '../util/zip.ts';

export interface ExportedMessage {
  readonly id: number;
  readonly arrivedAt: number;
  /** Of the envelope; '' for the null sender. */
  readonly sender: string;
  readonly subject: string;
  readonly bytes: Buffer;
}

/** Local line ends, From_ quoted in the body as mbox needs it, an empty line at the end. */
export function toMbox({
  sender,
  arrivedAt,
  bytes,
}: Pick<ExportedMessage, 'sender' | 'arrivedAt' | 'bytes'>): Buffer {
  // latin1 keeps every byte as one character.
  const text = bytes.toString('latin1').replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const [header, body] = end < 0 ? [text, ''] : [text.slice(0, end + 1), text.slice(end + 1)];
  const quoted = body.replace(/^From /gm, '>From ');
  const whole = `${header}${quoted}`;
  const from = `From ${sender === '' ? 'MAILER-DAEMON' : quoteLocal(sender)}  ${asctime(arrivedAt)}\n`;
  const message = Buffer.from(`${whole}${whole.endsWith('\n') ? '' : '\n'}\n`, 'latin1');
  return Buffer.concat([Buffer.from(from), message]);
}

/** The number first: names differ, and sort as the messages came. */
const emlName = ({ id, subject }: ExportedMessage) =>
  safeFileName(`${String(id).padStart(6, '0')} ${subject.replace(/[/\\]/gu, '_').slice(0, 80)}.eml`);

export function exportMessages(
  messages: readonly ExportedMessage[],
  format: 'mbox' | 'zip',
  at: Date,
): Buffer {
  if (format === 'mbox') return Buffer.concat(messages.map(toMbox));
  return zip(
    messages.map((message) => ({ name: emlName(message), bytes: message.bytes })),
    at,
  );
}
