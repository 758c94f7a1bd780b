/** When a deferred message is tried again, and when it is given up (qmgr(8), QSHAPE_README). Pure. */
import type { Config } from '../config/config.ts';

export interface Schedule {
  readonly minimalBackoffMs: number;
  readonly maximalBackoffMs: number;
  readonly queueRunDelayMs: number;
  readonly maximalLifetimeMs: number;
  readonly bounceLifetimeMs: number;
  /** delay_warning_time; 0: no warnings. */
  readonly delayWarningMs: number;
}

export function readSchedule(config: Config): Schedule {
  const ms = (name: string) => config.seconds(name) * 1000;
  return {
    minimalBackoffMs: ms('minimal_backoff_time'),
    maximalBackoffMs: ms('maximal_backoff_time'),
    queueRunDelayMs: ms('queue_run_delay'),
    maximalLifetimeMs: ms('maximal_queue_lifetime'),
    bounceLifetimeMs: ms('bounce_queue_lifetime'),
    delayWarningMs: ms('delay_warning_time'),
  };
}

/**
 * A message waits as long again as it has been in the queue already, at least minimal_backoff_time and at most
 * maximal_backoff_time. All arguments and the result in ms since the epoch.
 */
export function nextAttemptAt(schedule: Schedule, arrivedAt: number, now: number): number {
  const age = Math.max(0, now - arrivedAt);
  return now + Math.max(schedule.minimalBackoffMs, Math.min(schedule.maximalBackoffMs, age));
}

/** Whether a message that could not be delivered has waited long enough: mail from nobody has its own limit. */
export function isExpired(
  schedule: Schedule,
  message: { readonly arrivedAt: number; readonly sender: string },
  now: number,
): boolean {
  const lifetime = message.sender === '' ? schedule.bounceLifetimeMs : schedule.maximalLifetimeMs;
  return now >= message.arrivedAt + lifetime;
}

/** Whether the sender is to be told that the message is late: once for each message. */
export function isDelayWarningDue(
  schedule: Schedule,
  message: { readonly arrivedAt: number; readonly warnedAt: number | null },
  now: number,
): boolean {
  if (schedule.delayWarningMs === 0 || message.warnedAt !== null) return false;
  return now >= message.arrivedAt + schedule.delayWarningMs;
}

/** When the deferred queue is looked at next: every queue_run_delay since the queue manager began. */
export function nextQueueRunAt(schedule: Schedule, startedAt: number, now: number): number {
  const delay = Math.max(1000, schedule.queueRunDelayMs);
  return startedAt + (Math.floor((now - startedAt) / delay) + 1) * delay;
}
