/** Turns a Reply into what goes over the wire: soft_bounce, smtpd_reject_footer, codes on each line. */
import type { Reply } from '../mail/reply.ts';
import { printable } from './printable.ts';

export interface ReplyOptions {
  /** soft_bounce: every 5xx becomes a 4xx. */
  readonly isSoft: boolean;
  /** smtpd_reject_footer with its names already expanded; '' without. */
  readonly footer: string;
}

/** The lines without line ends: `250-first`, `250 last`. */
export function replyLines(reply: Reply, options: ReplyOptions): readonly string[] {
  const isRefusal = reply.code >= 400;
  const isSoftened = options.isSoft && reply.code >= 500;
  const code = isSoftened ? reply.code - 100 : reply.code;
  const enhanced = isSoftened ? reply.enhanced.replace(/^5/, '4') : reply.enhanced;
  const texts = isRefusal && options.footer !== '' ? withFooter(reply.lines, options.footer) : reply.lines;
  const prefix = enhanced === '' ? '' : `${enhanced} `;
  const last = texts.length - 1;
  return texts.map((text, i) => `${code}${i === last ? ' ' : '-'}${prefix}${printable(text, ' ')}`);
}

const POSITIVE: ReplyOptions = { isSoft: false, footer: '' };
const sharedLines = new WeakMap<Reply, readonly string[]>();

/** Marks a reply below 400 as one that is said again and again: its lines are made once. */
export function shared(positive: Reply): Reply {
  sharedLines.set(positive, replyLines(positive, POSITIVE));
  return positive;
}

/** The lines of a reply below 400: they are the same in every session. */
export const positiveLines = (positive: Reply): readonly string[] =>
  sharedLines.get(positive) ?? replyLines(positive, POSITIVE);

/** `\c` in front continues the last line; `\n` starts another one (postconf(5) smtpd_reject_footer). */
function withFooter(lines: readonly string[], footer: string): readonly string[] {
  const added = footer.split('\\n');
  const first = added[0] ?? '';
  if (!first.startsWith('\\c')) return [...lines, ...added];
  return [...lines.slice(0, -1), (lines.at(-1) ?? '') + first.slice(2), ...added.slice(1)];
}
