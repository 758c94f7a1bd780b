/**
 * The mail log. Every program writes Postfix's own lines through this; `sandbox.ts` decides where they go
 * (a file in syslog form, and the live log of the window).
 */
export type Severity = 'info' | 'warning' | 'error' | 'fatal' | 'panic';

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The program as Postfix's syslog tag has it: `postfix/smtpd`, `postfix/submission/smtpd`. */
  readonly program: string;
  readonly pid: number;
  readonly severity: Severity;
  /** The text, without time, host and tag; begins with `QUEUEID: ` where Postfix's does. */
  readonly text: string;
}

export interface Log {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  fatal(text: string): void;
}

/**
 * Makes the logger of one program; `syslogName` is the value of `syslog_name` ("postfix" by default). `pid` is the number
 * in brackets: of this process, or of one SMTP session, which is a process of its own in Postfix.
 */
export type LogFactory = (program: string, syslogName?: string, pid?: number) => Log;

/** A logger that says nothing: for dry runs. */
export const SILENT: Log = {
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
};
