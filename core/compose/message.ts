/**
 * Composes messages: what somebody wrote, with names, text, HTML and attachments, as the bytes that are handed in
 * (RFC 5322, MIME by nodemailer). Bcc goes into the envelope alone. Nothing is read from disk or network.
 */
import { domainToASCII } from 'node:url';
import libmime from 'libmime';
import MailComposer from 'nodemailer/lib/mail-composer';
import { isAscii } from '../mail/byte-string.ts';
import { formatMailbox, type Mailbox } from '../mail/mailboxes.ts';
import { safeFileName } from '../util/file-name.ts';

export interface ComposedFile {
  readonly name: string;
  /** '' is told from the name. */
  readonly type: string;
  /** By which the HTML shows it; '': it is attached. */
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

export interface Composition {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  /** '': text alone. */
  readonly html: string;
  readonly inReplyTo: string;
  readonly references: string;
  readonly files: readonly ComposedFile[];
  /** With angle brackets. */
  readonly messageId: string;
  /** ms since the epoch. */
  readonly at: number;
  /** What ends lines: LF for sendmail(1), CRLF over SMTP. */
  readonly lineEnd: '\n' | '\r\n';
}

/** A local part beyond ASCII stays as it is (RFC 6531). */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || isAscii(domain)) return address;
  return `${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`;
}

function written({ name, address }: Mailbox): string {
  const ascii = asciiDomain(address);
  return isAscii(name) ? formatMailbox({ name, address: ascii }) : `${libmime.encodeWord(name)} <${ascii}>`;
}

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ').trim();
const lines = (text: string) => {
  const plain = text.replace(/\r\n?/g, '\n');
  return plain.endsWith('\n') ? plain : `${plain}\n`;
};

function fileOf({ name, type, contentId, bytes }: ComposedFile) {
  const isMessage = type === 'message/rfc822';
  return {
    filename: safeFileName(name),
    content: Buffer.from(bytes),
    ...(type === '' ? {} : { contentType: type }),
    ...(contentId === '' ? {} : { cid: oneLine(contentId) }),
    // A message inside may not be encoded (RFC 2046 section 5.2.1).
    ...(isMessage ? { contentTransferEncoding: isAscii(latin1(bytes)) ? '7bit' : '8bit' } : {}),
  };
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** nodemailer would take a name without domain for a phrase. */
function addressHeaders({ from, to, cc, lineEnd }: Composition): Buffer {
  const header = (name: string, mailboxes: readonly Mailbox[]) =>
    mailboxes.length === 0 ? '' : `${libmime.foldLines(`${name}: ${mailboxes.map(written).join(', ')}`)}\r\n`;
  const headers = header('From', [from]) + header('To', to) + header('Cc', cc);
  return Buffer.from(headers.replaceAll('\r\n', lineEnd));
}

export async function composeMessage(composition: Composition): Promise<Buffer> {
  const { subject, text, html, inReplyTo, references, files } = composition;
  const composer = new MailComposer({
    subject: oneLine(subject),
    date: new Date(composition.at),
    messageId: composition.messageId,
    ...(inReplyTo === '' ? {} : { inReplyTo: oneLine(inReplyTo) }),
    ...(references === '' ? {} : { references: oneLine(references) }),
    text: lines(text),
    ...(html === '' ? {} : { html: lines(html) }),
    attachments: files.map(fileOf),
    newline: composition.lineEnd,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return Buffer.concat([addressHeaders(composition), await composer.compile().build()]);
}
