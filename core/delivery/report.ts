/**
 * Outcomes, and the `to=<>` lines of the log that go with them: sent(3), bounce(3), defer(3), trace(3) and
 * log_adhoc(3) of Postfix in one place, so that all agents say the same thing in the same words.
 */
import type { Config } from '../config/config.ts';
import type { Action, Notify } from '../mail/dsn.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { DeliveryRequest, Outcome, OutcomeStatus } from '../mail/message.ts';
import { formatDelay, formatDelays, formatOutcomeLine } from '../mail/outcome-line.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import { quoteAddress } from './address-text.ts';

/** The recipient an outcome is about: a queued one, or what alias expansion made of it. */
export interface ReportedRecipient {
  readonly index: number;
  readonly address: string;
  readonly originalAddress: string;
}

/** What an agent has to say about one recipient. */
export interface Verdict {
  readonly dsn: string;
  readonly reason: string;
  readonly action?: Action;
  readonly diagnostic?: { readonly type: string; readonly text: string };
  readonly remoteMta?: string;
  readonly notify?: readonly Notify[];
  readonly orcpt?: string;
  readonly returnTo?: string;
  /** When the agent began with it; the request's own start when absent. */
  readonly startedAt?: number;
  /** The server it was about, where one request has several. */
  readonly server?: ServerAnswer;
}

export interface ServerAnswer {
  /** What relay= says: `mx.test[127.0.0.1]:25`. */
  readonly relay: string;
  /** Messages that the connection was used for, this one included: conn_use=. */
  readonly connectionUse: number;
  /** When the envelope began, and when the answer was there, ms since the epoch: for delays=. */
  readonly connectedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

type Saying = (recipient: ReportedRecipient, verdict: Verdict) => Outcome;

export interface Report {
  /** Delivered (sent(3)). */
  readonly sent: Saying;
  /** Undeliverable for good (bounce(3)); with soft_bounce it is kept and tried again. */
  readonly bounced: Saying;
  /** To be tried again (defer(3)). */
  readonly deferred: Saying;
  /** Success of an alias itself, told to a sender who asked for it; not a line of the log (trace(3)). */
  readonly expanded: Saying;
}

type Class = '2' | '4' | '5';

/** The settings of reporting, read once per agent. */
export interface ReportSettings {
  readonly softBounce: boolean;
  readonly resolution: number;
}

export function readReportSettings(config: Config): ReportSettings {
  return {
    softBounce: config.boolean('soft_bounce'),
    resolution: config.integer('delay_logging_resolution_limit'),
  };
}

export interface ReportDependencies {
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: ReportSettings;
  readonly request: DeliveryRequest;
  /** `local`, `none`: what relay= says. */
  readonly relay: string;
}

interface Decided {
  readonly status: OutcomeStatus;
  readonly dsn: string;
  readonly action: Action;
  readonly word: string;
}

/** The code, or its class' general one when it is of another class. */
function checkedCode(log: Log, dsn: string, wanted: Class, caller: string): string {
  if (/^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn) && dsn.startsWith(wanted)) return dsn;
  log.warning(`${caller}: ignoring dsn code "${dsn}"`);
  return `${wanted}.0.0`;
}

/** Makes the outcomes of one delivery request and logs each. */
export function createReport({ log, clock, request, relay, settings }: ReportDependencies): Report {
  const { message } = request;
  const beganAt = clock.now();

  const checked = (dsn: string, wanted: Class, caller: string) => checkedCode(log, dsn, wanted, caller);

  function outcomeOf(recipient: ReportedRecipient, verdict: Verdict, decided: Decided): Outcome {
    const { startedAt, server, ...said } = verdict;
    return {
      recipientIndex: recipient.index,
      address: recipient.address,
      originalAddress: recipient.originalAddress,
      relay: server?.relay ?? relay,
      startedAt: startedAt ?? beganAt,
      finishedAt: server?.finishedAt ?? clock.now(),
      ...said,
      status: decided.status,
      dsn: decided.dsn,
      action: decided.action,
    };
  }

  function logged(recipient: ReportedRecipient, verdict: Verdict, decided: Decided): Outcome {
    const outcome = outcomeOf(recipient, verdict, decided);
    const { startedAt, finishedAt } = outcome;
    const { queueId, arrivedAt } = message;
    const { connectedAt = startedAt, connectionUse = 1 } = verdict.server ?? {};
    const times = { arrivedAt, activeAt: request.activeAt, startedAt, connectedAt, finishedAt };
    const delays = formatDelays(times, settings.resolution);
    const statusWord = decided.word;
    log.info(formatOutcomeLine({ queueId, outcome, delays, statusWord, connectionUse, quote: quoteAddress }));
    return outcome;
  }

  /** sendmail -bv: nothing is delivered, and what would have happened is reported. */
  function verified(recipient: ReportedRecipient, verdict: Verdict, dsn: string): Outcome {
    const status = dsn.startsWith('2') ? 'deliverable' : 'undeliverable';
    return logged(recipient, verdict, { status, dsn, action: status, word: status });
  }

  return {
    sent: (recipient, verdict) => {
      const dsn = checked(verdict.dsn, '2', 'sent');
      if (message.verify) return verified(recipient, verdict, dsn);
      const action = verdict.action ?? 'delivered';
      return logged(recipient, verdict, { status: 'sent', dsn, action, word: 'sent' });
    },
    bounced: (recipient, verdict) => {
      const dsn = checked(verdict.dsn, '5', 'bounce_append');
      if (message.verify) return verified(recipient, verdict, dsn);
      const decided: Decided = settings.softBounce
        ? { status: 'deferred', dsn: `4${dsn.slice(1)}`, action: 'delayed', word: 'SOFTBOUNCE' }
        : { status: 'bounced', dsn, action: 'failed', word: 'bounced' };
      return logged(recipient, verdict, decided);
    },
    deferred: (recipient, verdict) => {
      const dsn = checked(verdict.dsn, '4', 'defer_append');
      if (message.verify) return verified(recipient, verdict, dsn);
      return logged(recipient, verdict, { status: 'deferred', dsn, action: 'delayed', word: 'deferred' });
    },
    expanded: (recipient, verdict) => {
      const action = verdict.action ?? 'expanded';
      return outcomeOf(recipient, verdict, { status: 'sent', dsn: verdict.dsn, action, word: 'sent' });
    },
  };
}

/** What happened, as a journey entry of the agent. */
export function journeyOf(program: string, outcome: Outcome, what?: string): JourneyEntry {
  const isGood = outcome.dsn.startsWith('2');
  return {
    at: outcome.finishedAt,
    program,
    verdict: outcome.status === 'deferred' ? 'defer' : isGood ? 'ok' : 'bad',
    what: what ?? `${outcome.status}: ${outcome.reason}`,
    detail: `dsn ${outcome.dsn}, ${formatDelay(outcome.finishedAt - outcome.startedAt)} s`,
    recipient: outcome.address,
  };
}
