/** The postmaster's copy of an SMTP session that went wrong (smtpd_chat_notify, smtp_chat_notify). Pure. */
import { wrapLine } from './line-wrap.ts';

const WIDTH = 78;
const INDENT = 4;

export interface SessionTranscript {
  readonly program: 'SMTP server' | 'SMTP client' | 'LMTP client';
  /** `localhost[127.0.0.1]`. */
  readonly peer: string;
  /** What the session's errors are about: one of them in notify_classes is needed. */
  readonly errorClasses: readonly ('policy' | 'protocol' | 'resource' | 'software' | 'bounce' | 'data')[];
  /** `In:  EHLO x` and `Out: 250-y`, in order; each reply line is one. */
  readonly lines: readonly string[];
  /** Why the session ended early: `lost connection`. */
  readonly abortReason?: string;
}

export interface TranscriptFrame {
  readonly mailerDaemon: string;
  readonly to: string;
  readonly mailName: string;
  readonly isObsoleteForm: boolean;
}

// eslint-disable-next-line no-control-regex -- control characters are what is masked
const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?');

export function writeTranscript(session: SessionTranscript, frame: TranscriptFrame): Buffer {
  const named = (name: string, address: string): string =>
    frame.isObsoleteForm ? `${address} (${name})` : `${name} <${address}>`;
  const opening = session.program === 'SMTP server' ? [] : [`Unexpected response from ${session.peer}.`];
  const lines = [
    `From: ${named('Mail Delivery System', frame.mailerDaemon)}`,
    `To: ${named('Postmaster', frame.to)}`,
    `Subject: ${frame.mailName} ${session.program}: errors from ${session.peer}`,
    '',
    ...opening,
    'Transcript of session follows.',
    '',
    // a blank in front of everything that comes from outside
    ...session.lines.flatMap((line) => wrapLine(printable(line), WIDTH, INDENT).map((part) => ` ${part}`)),
    '',
    ...(session.abortReason === undefined ? [] : [`Session aborted, reason: ${session.abortReason}`]),
    '',
    'For other details, see the local mail logfile',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
