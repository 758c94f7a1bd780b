/** An SMTP reply (RFC 5321 section 4.2) with its enhanced code (RFC 2034) apart. */
export interface Reply {
  readonly code: number;
  /** '' where Postfix sends none, as in `501 Syntax: HELO hostname`. */
  readonly enhanced: string;
  /** One or more lines, without code. */
  readonly lines: readonly string[];
  /** Hang up after this reply (421, 521). */
  readonly closes?: boolean;
}

/** `reply(250, '2.1.0', 'Ok')`. */
export function reply(code: number, enhanced: string, ...lines: readonly string[]): Reply {
  return { code, enhanced, lines };
}
