/**
 * Lines of main.cf, master.cf and lookup tables as readlline(3) joins them: a line that starts with white space continues
 * the one before; empty lines and lines whose first non-blank is `#` are dropped, wherever they stand.
 */
export interface LogicalLine {
  readonly text: string;
  /** Line number of its first physical line. */
  readonly line: number;
  /** Line number of the last physical line read for it, dropped ones included. */
  readonly lastLine: number;
  /** Where each physical line begins in `text`. */
  readonly parts: readonly { readonly offset: number; readonly line: number }[];
}

export interface LogicalLines {
  readonly lines: readonly LogicalLine[];
  /** Continuation lines that continue nothing: they are dropped (Postfix warns). */
  readonly strays: readonly LogicalLine[];
}

const DROPPED = /^[ \t\v\f\r]*(#|$)/;
/** What does not begin a logical line: white space, a comment, an empty line. */
const CONTINUES = /^([ \t\v\f\r#]|$)/;

/** postconf(5) "main.cf file format". */
export function readLogicalLines(text: string): LogicalLines {
  const physical = text.split('\n');
  if (physical.at(-1) === '') physical.pop();
  const lines: LogicalLine[] = [];
  const strays: LogicalLine[] = [];
  let at = 0;
  while (at < physical.length) {
    let joined = '';
    const parts: { offset: number; line: number }[] = [];
    for (; at < physical.length; at++) {
      const current = physical[at] ?? '';
      if (joined !== '' && !CONTINUES.test(current)) break;
      if (DROPPED.test(current)) continue;
      parts.push({ offset: joined.length, line: at + 1 });
      joined += current;
    }
    if (joined === '') break;
    const entry: LogicalLine = { text: joined, line: parts[0]?.line ?? 0, lastLine: at, parts };
    (/^\s/.test(joined) ? strays : lines).push(entry);
  }
  return { lines, strays };
}

/** The physical line on which a place in a logical line stands. */
export function lineAt(logical: LogicalLine, offset: number): number {
  return logical.parts.findLast((part) => part.offset <= offset)?.line ?? logical.line;
}

/** Postfix's words for a continuation line that continues nothing. */
export function strayLineMessage(stray: LogicalLine): string {
  const more = stray.text.length > 30 ? '...' : '';
  return `logical line must not start with whitespace: "${stray.text.slice(0, 30)}${more}"`;
}
