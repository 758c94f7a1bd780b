/** What a command is. */
import type { SmtpWord } from '../../address/smtp-words.ts';
import type { Maybe } from '../../tables/maybe.ts';
import type { Session } from '../session.ts';

/** `pending`: message content is awaited, the command is not over yet. `restart`: XCLIENT, the session begins anew. */
export type Outcome = 'ok' | 'error' | 'pending' | 'restart';

export interface Invocation {
  /** The command and its arguments. */
  readonly words: readonly SmtpWord[];
  /** The line as it came, without its line end. */
  readonly line: string;
}

type Run = (session: Session, invocation: Invocation) => Maybe<Outcome>;

export interface Command {
  readonly run: Run;
  /** Can be repeated without end and counts against smtpd_junk_command_limit. */
  readonly isLimited?: boolean;
  /** Only the last one in a pipelined group (RFC 2920 section 3.1). */
  readonly isLastInGroup?: boolean;
}

/** Several words as one again, with single blanks between. */
export function joinWords(words: readonly SmtpWord[]): SmtpWord {
  return { text: words.map((word) => word.text).join(' '), isBroken: words.some((word) => word.isBroken) };
}
