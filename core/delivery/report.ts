/**
 * Outcomes, and the `to=<>` lines of the log that go with them: sent(3), bounce(3), defer(3), trace(3) and
 * log_adhoc(3) of Postfix in one place, so that all agents say the same thing in the same words.
 */
import { quoteAddress } from './address-text.ts';
import type { Config } from '../config/config.ts';
import type { Action, Notify } from '../mail/dsn.ts';
import type { DeliveryRequest, Outcome, OutcomeStatus } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';

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
}

export interface Report {
  /** Delivered (sent(3)). */
  sent(recipient: ReportedRecipient, verdict: Verdict): Outcome;
  /** Undeliverable for good (bounce(3)); with soft_bounce it is kept and tried again. */
  bounced(recipient: ReportedRecipient, verdict: Verdict): Outcome;
  /** To be tried again (defer(3)). */
  deferred(recipient: ReportedRecipient, verdict: Verdict): Outcome;
  /** Success of an alias itself, told to a sender who asked for it; not a line of the log (trace(3)). */
  expanded(recipient: ReportedRecipient, verdict: Verdict): Outcome;
}

/** The times of `delays=`: all in milliseconds since the epoch. */
export interface DeliveryTimes {
  readonly arrivedAt: number;
  readonly activeAt: number;
  readonly startedAt: number;
  readonly connectedAt?: number;
  readonly finishedAt: number;
}

/**
 * Seconds as log_adhoc prints them: two significant digits, at most `resolution` digits after the point
 * (delay_logging_resolution_limit), no trailing zeros.
 */
export function formatDelay(milliseconds: number, resolution = 2): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  const integerDigits = seconds < 1 ? 0 : Math.floor(Math.log10(seconds)) + 1;
  const digits = Math.max(0, Math.min(resolution, integerDigits === 0 ? 2 : 2 - integerDigits));
  const text = seconds.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The part of a line that tells the time taken: `delay=0.05, delays=0.03/0/0/0.02`. */
export function formatDelays(times: DeliveryTimes, resolution: number): string {
  const format = (ms: number) => formatDelay(ms, resolution);
  const connectedAt = times.connectedAt ?? times.startedAt;
  const parts = [
    times.activeAt - times.arrivedAt,
    times.startedAt - times.activeAt,
    connectedAt - times.startedAt,
    times.finishedAt - connectedAt,
  ];
  return `delay=${format(times.finishedAt - times.arrivedAt)}, delays=${parts.map(format).join('/')}`;
}

/** One `to=<>` line without its program: log_adhoc(3). */
export function formatOutcomeLine(
  queueId: QueueId,
  outcome: Outcome,
  delays: string,
  statusWord: string,
): string {
  const original =
    outcome.originalAddress === '' || outcome.originalAddress === outcome.address
      ? ''
      : `orig_to=<${quoteAddress(outcome.originalAddress)}>, `;
  return (
    `${queueId}: to=<${quoteAddress(outcome.address)}>, ${original}relay=${outcome.relay}, ${delays}, ` +
    `dsn=${outcome.dsn}, status=${statusWord} (${outcome.reason})`
  );
}

export interface ReportDependencies {
  readonly log: Log;
  readonly clock: Clock;
  readonly config: Config;
  readonly request: DeliveryRequest;
  /** `local`, `none`: what relay= says. */
  readonly relay: string;
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

/** Makes the outcomes of one delivery request and logs each. */
export function createReport(
  dependencies: Omit<ReportDependencies, 'config'> & { readonly settings: ReportSettings },
): Report {
  const { log, clock, request, relay, settings } = dependencies;
  const { message } = request;
  const beganAt = clock.now();

  function checked(dsn: string, wanted: Class, caller: string): string {
    if (/^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn) && dsn.startsWith(wanted)) return dsn;
    log.warning(`${caller}: ignoring dsn code "${dsn}"`);
    return `${wanted}.0.0`;
  }

  function outcome(
    recipient: ReportedRecipient,
    verdict: Verdict,
    decided: { readonly status: OutcomeStatus; readonly dsn: string; readonly action: Action },
  ): Outcome {
    return {
      recipientIndex: recipient.index,
      address: recipient.address,
      originalAddress: recipient.originalAddress,
      status: decided.status,
      dsn: decided.dsn,
      reason: verdict.reason,
      relay,
      action: decided.action,
      startedAt: verdict.startedAt ?? beganAt,
      finishedAt: clock.now(),
      ...(verdict.diagnostic === undefined ? {} : { diagnostic: verdict.diagnostic }),
      ...(verdict.remoteMta === undefined ? {} : { remoteMta: verdict.remoteMta }),
      ...(verdict.notify === undefined ? {} : { notify: verdict.notify }),
      ...(verdict.orcpt === undefined ? {} : { orcpt: verdict.orcpt }),
      ...(verdict.returnTo === undefined ? {} : { returnTo: verdict.returnTo }),
    };
  }

  function logged(result: Outcome, word: string): Outcome {
    const delays = formatDelays(
      {
        arrivedAt: message.arrivedAt,
        activeAt: request.activeAt,
        startedAt: result.startedAt,
        finishedAt: result.finishedAt,
      },
      settings.resolution,
    );
    log.info(formatOutcomeLine(message.queueId, result, delays, word));
    return result;
  }

  /** sendmail -bv: nothing is delivered, and what would have happened is reported. */
  const verified = (recipient: ReportedRecipient, verdict: Verdict, dsn: string): Outcome => {
    const status = dsn.startsWith('2') ? 'deliverable' : 'undeliverable';
    return logged(outcome(recipient, verdict, { status, dsn, action: status }), status);
  };

  return {
    sent(recipient, verdict) {
      const dsn = checked(verdict.dsn, '2', 'sent');
      if (message.verify) return verified(recipient, verdict, dsn);
      const action = verdict.action ?? 'delivered';
      return logged(outcome(recipient, verdict, { status: 'sent', dsn, action }), 'sent');
    },
    bounced(recipient, verdict) {
      const dsn = checked(verdict.dsn, '5', 'bounce_append');
      if (message.verify) return verified(recipient, verdict, dsn);
      if (settings.softBounce) {
        const soft = { status: 'deferred', dsn: `4${dsn.slice(1)}`, action: 'delayed' } as const;
        return logged(outcome(recipient, verdict, soft), 'SOFTBOUNCE');
      }
      return logged(outcome(recipient, verdict, { status: 'bounced', dsn, action: 'failed' }), 'bounced');
    },
    deferred(recipient, verdict) {
      const dsn = checked(verdict.dsn, '4', 'defer_append');
      if (message.verify) return verified(recipient, verdict, dsn);
      return logged(outcome(recipient, verdict, { status: 'deferred', dsn, action: 'delayed' }), 'deferred');
    },
    expanded(recipient, verdict) {
      const action = verdict.action ?? 'expanded';
      return outcome(recipient, verdict, { status: 'sent', dsn: verdict.dsn, action });
    },
  };
}

/** What happened, as a journey entry of the agent. */
export function journeyOf(program: string, outcome: Outcome, what?: string) {
  const verdict = outcome.status === 'deferred' ? 'defer' : outcome.dsn.startsWith('2') ? 'ok' : 'bad';
  return {
    at: outcome.finishedAt,
    program,
    verdict,
    what: what ?? `${outcome.status}: ${outcome.reason}`,
    detail: `dsn ${outcome.dsn}, ${formatDelay(outcome.finishedAt - outcome.startedAt)} s`,
    recipient: outcome.address,
  } as const;
}
