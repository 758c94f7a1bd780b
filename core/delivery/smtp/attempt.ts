/**
 * One delivery request on its way through servers: which recipients are left, what has become of the others, and the
 * policy for errors (smtp_trouble(3)).
 *
 * A soft error with a server that is not the last leaves the recipients for the next one, and only the log says why.
 * With the last server, or for a hard error, each recipient is deferred or bounced. What keeps us from talking to a
 * server at all also puts off the other mail that waits for the next hop.
 */
import type { Notify } from '../../mail/dsn.ts';
import type { JourneyEntry, Source } from '../../mail/journey.ts';
import type { DeliveryRequest, Outcome, QueuedRecipient } from '../../mail/message.ts';
import type { Clock } from '../../util/clock.ts';
import type { Log } from '../../util/log.ts';
import { journeyOf, type Report, type Verdict } from '../report.ts';
import { oneLine, type Response } from './reply.ts';
import { namaddr, namaddrport, type Session } from './session.ts';
import type { SmtpSettings } from './settings.ts';
import type { StatusFilter } from '../status-filter.ts';
import type { StreamError } from './connection.ts';

export interface Waiting {
  readonly recipient: QueuedRecipient;
  /** keep: for the next server. drop: decided. */
  mark: 'none' | 'keep' | 'drop';
}

/** What happened, as a delivery status tells it. */
export type Why = Pick<Verdict, 'dsn' | 'reason' | 'remoteMta' | 'diagnostic'>;

export interface Attempt {
  readonly request: DeliveryRequest;
  readonly settings: SmtpSettings;
  readonly log: Log;
  readonly clock: Clock;
  readonly report: Report;
  readonly statusFilter: StatusFilter;
  /** Recipients that are not decided yet, and in a session those that just were. */
  left: Waiting[];
  readonly outcomes: Outcome[];
  readonly journey: JourneyEntry[];
  session: Session | undefined;
  why: Why | undefined;
  /** No other server comes after this one: every answer is final. */
  isFinalServer: boolean;
  /** A server was talked to from beginning to end: the next hop is alive. */
  hasCompleted: boolean;
  unreachable: { readonly dsn: string; readonly reason: string } | undefined;
  /** When the envelope began with this server. */
  connectedAt: number | undefined;
  hasLoggedLongLine: boolean;
}

export const queueIdOf = ({ request }: Attempt): string => request.message.queueId;

/** Puts an entry into the message's journey. */
export function note(
  attempt: Attempt,
  verdict: JourneyEntry['verdict'],
  what: string,
  more: { readonly detail?: string; readonly source?: Source; readonly recipient?: string } = {},
): void {
  const { settings, clock, journey } = attempt;
  journey.push({ at: clock.now(), program: settings.mode, verdict, what, ...more });
}

/** After a session: what is decided goes, what is kept is free for the next server. */
export function sweep(attempt: Attempt): void {
  attempt.left = attempt.left.filter(({ mark }) => mark !== 'drop');
  for (const waiting of attempt.left) waiting.mark = 'none';
}

interface Settling {
  readonly notify?: readonly Notify[];
  readonly action?: 'relayed' | 'delivered';
  /** Several recipients that failed together show the same times. */
  readonly finishedAt?: number;
}

/** Decides one recipient: the filter has the last word, then the log and the report hear of it. */
async function settle(
  attempt: Attempt,
  waiting: Waiting,
  why: Why,
  { notify, action, finishedAt }: Settling = {},
): Promise<Outcome> {
  const { session, report } = attempt;
  const said = await attempt.statusFilter(why);
  const verdict: Verdict = {
    ...said,
    ...(notify === undefined ? {} : { notify }),
    ...(action === undefined ? {} : { action }),
    server: {
      relay: session === undefined ? 'none' : namaddrport(session.peer),
      connectionUse: (session?.reuses ?? 0) + 1,
      connectedAt: attempt.connectedAt,
      finishedAt,
    },
  };
  const saying = said.dsn.startsWith('2')
    ? report.sent
    : said.dsn.startsWith('4')
      ? report.deferred
      : report.bounced;
  const outcome = saying(waiting.recipient, verdict);
  attempt.outcomes.push(outcome);
  attempt.journey.push(journeyOf(attempt.settings.mode, outcome, `${outcome.status}: ${outcome.reason}`));
  waiting.mark = 'drop';
  return outcome;
}

const isForNextServer = (attempt: Attempt, { dsn }: Why): boolean =>
  (dsn.startsWith('4') || attempt.settings.softBounce) && !attempt.isFinalServer;

/**
 * All recipients that are not decided share a failure (smtp_bulk_fail).
 * @param isSite the server cannot be talked to at all, rather than not for this message
 */
export async function failAll(attempt: Attempt, why: Why, isSite: boolean): Promise<void> {
  const { log, clock, session } = attempt;
  const open = attempt.left.filter(({ mark }) => mark === 'none');
  attempt.why = why;
  if (isForNextServer(attempt, why)) {
    log.info(`${queueIdOf(attempt)}: ${why.reason}`);
    note(attempt, 'defer', why.reason, { detail: 'the next server is tried' });
    for (const waiting of open) waiting.mark = 'keep';
  } else {
    const finishedAt = clock.now();
    attempt.connectedAt ??= finishedAt;
    let isWaiting = false;
    for (const waiting of open) {
      const outcome = await settle(attempt, waiting, why, { finishedAt });
      isWaiting ||= outcome.status === 'deferred';
    }
    if (!attempt.hasCompleted && isSite && isWaiting) {
      attempt.unreachable ??= { dsn: why.dsn, reason: why.reason };
    }
  }
  if (isSite && session !== undefined) session.mayBeKept = false;
}

/** What a server said, as a status. A reply of the wrong kind is the server's error, and hard. */
export function whyOf(session: Session, response: Response, reason: string): Why {
  const isFailure = /^[45]/.test(response.dsn);
  return {
    dsn: isFailure ? response.dsn : '5.5.0',
    reason: isFailure ? reason : `Protocol error: ${reason}`,
    remoteMta: `dns; ${session.peer.host}`,
    diagnostic: { type: 'smtp', text: oneLine(response) },
  };
}

/** `host x said: 550 no (in reply to RCPT TO command)`. */
export function saidText(session: Session, response: Response, command: string): string {
  return `host ${namaddr(session.peer)} said: ${oneLine(response)} (in reply to ${command})`;
}

/** The server refused the sender, DATA or the content. */
export function failMessage(
  attempt: Attempt,
  session: Session,
  response: Response,
  command: string,
): Promise<void> {
  return failAll(attempt, whyOf(session, response, saidText(session, response, command)), false);
}

/** The server does not want to talk. */
export function failSite(
  attempt: Attempt,
  session: Session,
  response: Response,
  reason: string,
): Promise<void> {
  return failAll(attempt, whyOf(session, response, reason), true);
}

/** One recipient was refused (smtp_rcpt_fail). */
export async function failRecipient(
  attempt: Attempt,
  session: Session,
  waiting: Waiting,
  answer: { readonly response: Response; readonly command: string },
): Promise<void> {
  const { response, command } = answer;
  const why = whyOf(session, response, saidText(session, response, command));
  attempt.why = why;
  if (isForNextServer(attempt, why)) {
    attempt.log.info(`${queueIdOf(attempt)}: ${why.reason}`);
    const { address: recipient } = waiting.recipient;
    note(attempt, 'defer', why.reason, { detail: 'the next server is tried', recipient });
    waiting.mark = 'keep';
  } else {
    await settle(attempt, waiting, why);
  }
}

/** The connection broke, or took too long (smtp_stream_except). */
export function failStream(
  attempt: Attempt,
  session: Session,
  error: StreamError,
  doing: string,
): Promise<void> {
  const name = namaddr(session.peer);
  switch (error.kind) {
    case 'eof':
      return failAll(attempt, { dsn: '4.4.2', reason: `lost connection with ${name} while ${doing}` }, true);
    case 'time':
      return failAll(
        attempt,
        { dsn: '4.4.2', reason: `conversation with ${name} timed out while ${doing}` },
        true,
      );
    case 'data':
      return failAll(attempt, { dsn: '4.3.0', reason: `local data error while talking to ${name}` }, true);
  }
}

/** Delivered to the server (smtp_rcpt_done). A server that reports success itself spares us the report. */
export async function done(
  attempt: Attempt,
  session: Session,
  waiting: Waiting,
  answer: { readonly response: Response; readonly dsn?: string; readonly finishedAt?: number },
): Promise<void> {
  const { response, finishedAt } = answer;
  const { notify } = waiting.recipient;
  const text = oneLine(response);
  const why: Why = {
    dsn: answer.dsn ?? response.dsn,
    reason: text,
    remoteMta: `dns; ${session.peer.host}`,
    diagnostic: { type: 'smtp', text },
  };
  const reports = session.features.has('DSN') && notify.includes('SUCCESS');
  await settle(attempt, waiting, why, {
    action: attempt.settings.isFinal ? 'delivered' : 'relayed',
    ...(reports ? { notify: notify.filter((word) => word !== 'SUCCESS') } : {}),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  });
}
