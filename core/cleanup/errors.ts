/** What can be wrong with a message (cleanup_user.h), and what smtpd and bounces say about it. */
import type { DsnCode } from '../mail/dsn.ts';
import { splitDsn } from '../mail/dsn.ts';
import type { Reply } from '../mail/reply.ts';

/** Bits, because several things can be wrong at once. */
export const PROBLEM = {
  /** A table does not answer, the store is full: trying again may help. */
  write: 1,
  size: 2,
  /** A check said REJECT. */
  content: 4,
  hops: 8,
  noRecipients: 16,
  /** A check said REJECT with 4.x.x, or an alias expands without end. */
  defer: 32,
} as const;

/** The sender cannot be told: the message is kept and tried again. */
export const CANNOT_BOUNCE = PROBLEM.write | PROBLEM.defer;
/** The rest of the message need not be looked at. */
export const INCOMPLETE = CANNOT_BOUNCE | PROBLEM.size;

/** notify_classes word for the postmaster's transcript. */
type ErrorClass = 'policy' | 'software' | 'resource' | 'bounce';

interface ProblemDetail {
  readonly bit: number;
  readonly code: number;
  readonly dsn: DsnCode;
  readonly text: string;
  readonly errorClass: ErrorClass;
}

/** In the order in which bounces choose among several (cleanup_stat_detail). */
const DETAILS: readonly ProblemDetail[] = [
  { bit: PROBLEM.defer, code: 451, dsn: '4.7.1', text: 'service unavailable', errorClass: 'policy' },
  {
    bit: PROBLEM.noRecipients,
    code: 550,
    dsn: '5.1.0',
    text: 'no recipients specified',
    errorClass: 'software',
  },
  { bit: PROBLEM.hops, code: 554, dsn: '5.4.0', text: 'too many hops', errorClass: 'bounce' },
  { bit: PROBLEM.size, code: 552, dsn: '5.3.4', text: 'message file too big', errorClass: 'bounce' },
  { bit: PROBLEM.content, code: 550, dsn: '5.7.1', text: 'message content rejected', errorClass: 'policy' },
  { bit: PROBLEM.write, code: 451, dsn: '4.3.0', text: 'queue file write error', errorClass: 'resource' },
];

/** The order in which smtpd chooses. */
const SMTP_ORDER = [PROBLEM.defer, PROBLEM.size, PROBLEM.hops, PROBLEM.content, PROBLEM.write];

const detailOf = (bit: number): ProblemDetail =>
  DETAILS.find((d) => d.bit === bit) ?? (DETAILS[5] as ProblemDetail);

export interface Verdict {
  readonly reply: Reply;
  readonly errorClass: ErrorClass;
  /** For the bounce: code and text apart. */
  readonly dsn: DsnCode;
  readonly reason: string;
}

/** What smtpd answers at the end of the message, and what a bounce says. `reason` begins with a DSN code. */
export function verdictOf(problems: number, reason: string | null): Verdict {
  const bit = SMTP_ORDER.find((candidate) => (problems & candidate) !== 0) ?? PROBLEM.noRecipients;
  const detail = detailOf(bit);
  const told = reason === null ? undefined : splitDsn(reason);
  const isReasonTold = told !== undefined && (bit === PROBLEM.defer || bit === PROBLEM.content);
  const reply: Reply = isReasonTold
    ? { code: detail.code, enhanced: told.code, lines: [told.text] }
    : { code: detail.code, enhanced: detail.dsn, lines: [`Error: ${detail.text}`] };
  const forBounce = DETAILS.find((candidate) => (problems & candidate.bit) !== 0) ?? detail;
  return {
    reply,
    errorClass: detail.errorClass,
    dsn: told?.code ?? forBounce.dsn,
    reason: told?.text ?? forBounce.text,
  };
}
