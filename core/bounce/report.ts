/**
 * The bytes of one report (RFC 3464 in RFC 6522's multipart/report), as Postfix writes them before cleanup(8) adds
 * Received, Date and Message-Id. Pure.
 */
import { quoteLocal } from '../address/parse.ts';
import { isAscii } from '../mail/byte-string.ts';
import { mailDate } from '../mail/header-date.ts';
import { headerNameLengthAt } from '../mail/header.ts';
import type { Notify } from '../mail/dsn.ts';
import type { BodyEncoding, Outcome } from '../mail/message.ts';
import { wrapLine } from './line-wrap.ts';
import type { Template } from './template.ts';

const WIDTH = 79;
const INDENT = 4;

/** An outcome with what the sender said about this recipient. */
export interface ReportedRecipient extends Outcome {
  /** `rfc822;a@b`; '': not known. */
  readonly orcpt: string;
  readonly notify: readonly Notify[];
}

/** Facts about the message that is reported on. */
export interface ReportSubject {
  readonly queueId: string;
  /** Envelope sender, internal form. */
  readonly sender: string;
  readonly arrivedAt: number;
  readonly envid: string;
  readonly smtputf8: boolean;
  readonly encoding: BodyEncoding;
}

export interface ReportFrame {
  readonly template: Template;
  /** Expanded text; empty for the postmaster's copies. */
  readonly boilerplate: readonly string[];
  readonly isPostmasterCopy: boolean;
  readonly from: string;
  readonly to: string;
  /** References and In-Reply-To (enable_threaded_bounces); ''. */
  readonly originalMessageId: string;
  readonly myhostname: string;
  readonly mailName: string;
  readonly smtputf8Enabled: boolean;
  readonly now: number;
  readonly maximalQueueLifetimeMs: number;
}

export interface Returned {
  readonly headersOnly: boolean;
  /** LF line ends. */
  readonly bytes: Uint8Array;
}

// eslint-disable-next-line no-control-regex -- control characters are what is masked
const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?');
const addressType = (subject: ReportSubject, address: string): string =>
  subject.smtputf8 && !isAscii(address) ? 'utf-8' : 'rfc822';

function mimeEncoding(subject: ReportSubject, frame: ReportFrame): '8bit' | undefined {
  return frame.smtputf8Enabled || subject.encoding === '8bit' ? '8bit' : undefined;
}

function headerLines(subject: ReportSubject, frame: ReportFrame, boundary: string): readonly string[] {
  const { template } = frame;
  const encoding = mimeEncoding(subject, frame);
  const transferEncoding = encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`];
  const charset = template.charset.toLowerCase() !== 'us-ascii' ? template.charset : undefined;
  const isCopyTitle = frame.isPostmasterCopy && template.postmasterSubject !== undefined;
  const thread = frame.originalMessageId;
  return [
    `From: ${template.from ?? frame.from}`,
    `Subject: ${isCopyTitle ? template.postmasterSubject : template.subject}`,
    `To: ${quoteLocal(frame.to)}`,
    ...(thread === '' ? [] : [`References: ${thread}`, `In-Reply-To: ${thread}`]),
    `Auto-Submitted: ${frame.isPostmasterCopy ? 'auto-generated' : 'auto-replied'}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...transferEncoding,
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Description: Notification',
    `Content-Type: text/plain; charset=${charset ?? (encoding === undefined ? 'us-ascii' : 'utf-8')}`,
    ...transferEncoding,
    '',
    ...frame.boilerplate,
  ];
}

/** The address the recipient had when it came in, where it was another one; an owner- alias is told in any case. */
function expandedFrom(recipient: ReportedRecipient): string {
  const { originalAddress, address, returnTo } = recipient;
  if (returnTo !== undefined) return originalAddress;
  return originalAddress.toLowerCase() === address.toLowerCase() ? '' : originalAddress;
}

/** Without blanks around it, and never without a word (bounce_log_read). */
const reasonOf = ({ reason }: ReportedRecipient): string => reason.trim() || '(description unavailable)';

function recipientText(recipient: ReportedRecipient): readonly string[] {
  const original = expandedFrom(recipient);
  const expanded = original === '' ? '' : ` (expanded from <${quoteLocal(original)}>)`;
  const text = printable(`<${quoteLocal(recipient.address)}>${expanded}: ${reasonOf(recipient)}`);
  return ['', ...wrapLine(text, WIDTH, INDENT)];
}

function perMessage(subject: ReportSubject, frame: ReportFrame, boundary: string): readonly string[] {
  const sender = senderText(subject, frame);
  const encoding = mimeEncoding(subject, frame);
  const name = reportName(frame);
  return [
    '',
    `--${boundary}`,
    'Content-Description: Delivery report',
    `Content-Type: message/${subject.smtputf8 ? 'global-' : ''}delivery-status`,
    ...(subject.smtputf8 && encoding !== undefined ? [`Content-Transfer-Encoding: ${encoding}`] : []),
    '',
    `Reporting-MTA: dns; ${frame.myhostname}`,
    ...(subject.envid === '' ? [] : [`Original-Envelope-Id: ${subject.envid}`]),
    `X-${name}-Queue-ID: ${subject.queueId}`,
    `X-${name}-Sender: ${addressType(subject, sender)}; ${sender}`,
    `Arrival-Date: ${mailDate(subject.arrivedAt)}`,
  ];
}

/** mail_name as an atom (RFC 3464 wants one after `X-`). */
const reportName = (frame: ReportFrame): string => frame.mailName.replace(/[\s()<>@,;:\\".[\]]/g, '-');

function senderText(subject: ReportSubject, frame: ReportFrame): string {
  if (subject.sender === '') return `MAILER-DAEMON@${frame.myhostname}`;
  const quoted = quoteLocal(subject.sender);
  const at = quoted.lastIndexOf('@');
  const local = at < 0 ? quoted : quoted.slice(0, at);
  // in this field 8-bit local parts are quoted (quote_822_local without its 8-bit flag)
  if (quoted.startsWith('"') || isAscii(local)) return quoted;
  return `"${local}"${at < 0 ? '' : quoted.slice(at)}`;
}

function perRecipient(
  recipient: ReportedRecipient,
  subject: ReportSubject,
  frame: ReportFrame,
): readonly string[] {
  const address = printable(quoteLocal(recipient.address));
  const original = expandedFrom(recipient);
  const { diagnostic, remoteMta } = recipient;
  const said = diagnostic?.text.trim() ?? '';
  const code =
    diagnostic === undefined || said === ''
      ? `X-${reportName(frame)}; ${reasonOf(recipient)}`
      : `${diagnostic.type}; ${said}`;
  const wrapped = (text: string): readonly string[] => wrapLine(printable(text), WIDTH, INDENT);
  const lines = ['', `Final-Recipient: ${addressType(subject, address)}; ${address}`];
  if (recipient.orcpt !== '') lines.push(`Original-Recipient: ${printable(recipient.orcpt)}`);
  else if (original !== '') {
    lines.push(`Original-Recipient: ${addressType(subject, original)}; ${printable(quoteLocal(original))}`);
  }
  lines.push(`Action: ${frame.template.class === 'failure' ? 'failed' : recipient.action}`);
  lines.push(`Status: ${recipient.dsn}`);
  if (remoteMta !== undefined && remoteMta !== '') lines.push(...wrapped(`Remote-MTA: ${remoteMta}`));
  lines.push(...wrapped(`Diagnostic-Code: ${code}`));
  if (frame.template.class === 'delay') {
    lines.push(`Will-Retry-Until: ${mailDate(subject.arrivedAt + frame.maximalQueueLifetimeMs)}`);
  }
  return lines;
}

function returnedHead(
  subject: ReportSubject,
  frame: ReportFrame,
  boundary: string,
  headersOnly: boolean,
): readonly string[] {
  const isUndelivered = frame.template.class === 'failure' || frame.template.class === 'delay';
  const encoding = mimeEncoding(subject, frame);
  const plainType = headersOnly ? 'text/rfc822-headers' : 'message/rfc822';
  const globalType = headersOnly ? 'message/global-headers' : 'message/global';
  return [
    '',
    `--${boundary}`,
    `Content-Description: ${isUndelivered ? 'Undelivered ' : ''}${headersOnly ? 'Message Headers' : 'Message'}`,
    `Content-Type: ${subject.smtputf8 ? globalType : plainType}`,
    ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    '',
    `Return-Path: <${senderText(subject, frame)}>`,
  ];
}

/** The leading lines that are headers: a line in front of the body that is none ends them. */
function onlyHeaders(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const isContinued = bytes[start] === 0x20 || bytes[start] === 0x09;
    if (!isContinued && headerNameLengthAt(bytes, start, end) === 0) break;
    start = newline < 0 ? bytes.length : newline + 1;
  }
  return bytes.subarray(0, start);
}

/** The whole report: header and body with LF line ends. */
export function writeReport(
  subject: ReportSubject,
  recipients: readonly ReportedRecipient[],
  frame: ReportFrame,
  returned: Returned,
): Buffer {
  const boundary = `${subject.queueId}.${Math.floor(frame.now / 1000)}/${frame.myhostname}`;
  const lines = [
    ...headerLines(subject, frame, boundary),
    ...recipients.flatMap(recipientText),
    ...perMessage(subject, frame, boundary),
    ...recipients.flatMap((recipient) => perRecipient(recipient, subject, frame)),
    ...returnedHead(subject, frame, boundary, returned.headersOnly),
  ];
  const content = returned.headersOnly ? onlyHeaders(returned.bytes) : returned.bytes;
  const endsInNewline = content.length === 0 || content[content.length - 1] === 0x0a;
  return Buffer.concat([
    Buffer.from(`${lines.join('\n')}\n`),
    content,
    Buffer.from(`${endsInNewline ? '' : '\n'}\n--${boundary}--\n`),
  ]);
}
