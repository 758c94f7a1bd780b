/** What a client was refused in one session, with what was said: shown under Refused. */
import type { JourneyEntry } from './journey.ts';

export interface TranscriptLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'client' | 'server';
  /** One line without line end; secrets are masked, message content is left out. */
  readonly line: string;
}

export interface Refusal {
  /** When the refusing reply was sent, ms since the epoch. */
  readonly at: number;
  readonly clientName: string;
  readonly clientAddress: string;
  readonly helo: string;
  /** Envelope sender, internal form; '' is the null sender or none yet. */
  readonly sender: string;
  /** The recipient that was refused; '' when it was not about one. */
  readonly recipient: string;
  /** CONNECT, HELO, EHLO, MAIL, RCPT, DATA, BDAT, END-OF-MESSAGE, VRFY, ETRN, or the command that was refused. */
  readonly stage: string;
  /** The reply as sent, first line: `550 5.1.1 <x@outside.example>: Recipient address rejected: ...`. */
  readonly reply: string;
  readonly transcript: readonly TranscriptLine[];
  readonly journey: readonly JourneyEntry[];
}
