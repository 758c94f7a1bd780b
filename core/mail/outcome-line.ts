/** The `to=<>` line of the mail log, which delivery agents and the queue manager write alike (log_adhoc(3)). */
import type { Outcome } from './message.ts';
import type { QueueId } from './queue-id.ts';

/** The times of `delays=`: all in milliseconds since the epoch. */
export interface DeliveryTimes {
  readonly arrivedAt: number;
  readonly activeAt: number;
  readonly startedAt: number;
  readonly connectedAt?: number;
  readonly finishedAt: number;
}

/**
 * Seconds as the log prints them: two significant digits, at most `resolution` digits after the point
 * (delay_logging_resolution_limit), no trailing zeros.
 */
export function formatDelay(milliseconds: number, resolution = 2): string {
  if (milliseconds <= 0) return '0';
  const seconds = milliseconds / 1000;
  const integerDigits = seconds < 1 ? 0 : Math.floor(Math.log10(seconds)) + 1;
  const digits = Math.max(0, Math.min(resolution, 2 - integerDigits));
  const text = seconds.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The part of a line that tells the time taken: `delay=0.05, delays=0.03/0/0/0.02`. */
export function formatDelays(times: DeliveryTimes, resolution: number): string {
  const connectedAt = times.connectedAt ?? times.startedAt;
  const before = formatDelay(times.activeAt - times.arrivedAt, resolution);
  const waiting = formatDelay(times.startedAt - times.activeAt, resolution);
  const connecting = formatDelay(connectedAt - times.startedAt, resolution);
  const sending = formatDelay(times.finishedAt - connectedAt, resolution);
  const whole = formatDelay(times.finishedAt - times.arrivedAt, resolution);
  return `delay=${whole}, delays=${before}/${waiting}/${connecting}/${sending}`;
}

export interface OutcomeLineParts {
  readonly queueId: QueueId;
  readonly outcome: Outcome;
  /** `delay=..., delays=...`. */
  readonly delays: string;
  /** sent, bounced, SOFTBOUNCE, deferred, deliverable, undeliverable. */
  readonly statusWord: string;
  /** Messages that the connection was used for, this one included; told from the second on. */
  readonly connectionUse?: number;
  /** Internal form to external form. */
  readonly quote: (address: string) => string;
}

export function formatOutcomeLine(parts: OutcomeLineParts): string {
  const { queueId, outcome, delays, statusWord, quote, connectionUse = 1 } = parts;
  const { address, originalAddress } = outcome;
  const isSame = originalAddress === '' || originalAddress.toLowerCase() === address.toLowerCase();
  const use = connectionUse > 1 ? `conn_use=${connectionUse}, ` : '';
  const original = isSame ? '' : `orig_to=<${quote(originalAddress)}>, `;
  return (
    `${queueId}: to=<${quote(address)}>, ${original}relay=${outcome.relay}, ${use}${delays}, ` +
    `dsn=${outcome.dsn}, status=${statusWord} (${outcome.reason})`
  );
}
