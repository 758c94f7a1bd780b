/** The block of headers that says that a message was sent again (RFC 5322 section 3.6.6). */
import { mailDate } from '../mail/header-date.ts';

export interface Resent {
  /** External form; '' is nobody, who is called the mailer. */
  readonly from: string;
  readonly to: readonly string[];
  /** ms since the epoch. */
  readonly at: number;
  /** With angle brackets. */
  readonly messageId: string;
}

/** In front of the message's own headers, with the line ends that it has. */
export function withResentHeaders(raw: Uint8Array, { from, to, at, messageId }: Resent): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const newline = bytes.indexOf('\n');
  const lineEnd = newline > 0 && bytes[newline - 1] === 0x0d ? '\r\n' : '\n';
  const block = [
    `Resent-From: ${from === '' ? 'MAILER-DAEMON' : from}`,
    `Resent-To: ${to.join(`,${lineEnd}\t`)}`,
    `Resent-Date: ${mailDate(at)}`,
    `Resent-Message-Id: ${messageId}`,
  ];
  return Buffer.concat([Buffer.from(`${block.join(lineEnd)}${lineEnd}`), bytes]);
}
