/** The postmaster's copy of a session with a server in which one side did not speak SMTP (smtp_chat_notify). Pure. */
import { wrapLine } from './line-wrap.ts';

const WIDTH = 78;
const INDENT = 4;

export interface SessionTranscript {
  readonly program: 'SMTP client' | 'LMTP client';
  /** `localhost[127.0.0.1]:25`. */
  readonly peer: string;
  /** `In:  EHLO x` and `Out: 250-y`, in order; each reply line is one. */
  readonly lines: readonly string[];
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
  const lines = [
    `From: ${named('Mail Delivery System', frame.mailerDaemon)}`,
    `To: ${named('Postmaster', frame.to)}`,
    `Subject: ${frame.mailName} ${session.program}: errors from ${session.peer}`,
    '',
    `Unexpected response from ${session.peer}.`,
    '',
    'Transcript of session follows.',
    '',
    // a blank in front of everything that comes from outside
    ...session.lines.flatMap((line) => wrapLine(printable(line), WIDTH, INDENT).map((part) => ` ${part}`)),
    '',
    'For other details, see the local mail logfile',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
