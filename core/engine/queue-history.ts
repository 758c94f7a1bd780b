/** What came in and what became of it, by the minute, for the last hour of the sandbox's time. */
import type { OutcomeStatus } from '../mail/message.ts';

export const HISTORY_MINUTES = 60;
const MINUTE_MS = 60_000;

export interface HistoryMinute {
  /** When the minute began, ms since the epoch. */
  readonly at: number;
  readonly in: number;
  readonly out: number;
  readonly deferred: number;
  readonly bounced: number;
}

type Kind = Exclude<keyof HistoryMinute, 'at'>;

const KINDS: Readonly<Partial<Record<OutcomeStatus, Kind>>> = {
  sent: 'out',
  deferred: 'deferred',
  bounced: 'bounced',
};

export interface QueueHistory {
  accepted(messages: number): void;
  answered(outcomes: readonly { readonly status: OutcomeStatus }[]): void;
  /** Oldest first, always as many as there are minutes in an hour. */
  minutes(): readonly HistoryMinute[];
  /** The clock went back. */
  clear(): void;
}

export function createQueueHistory(now: () => number): QueueHistory {
  const slots = new Map<number, Record<Kind, number>>();
  const minute = () => Math.floor(now() / MINUTE_MS);
  const nothing = () => ({ in: 0, out: 0, deferred: 0, bounced: 0 });

  function slot(): Record<Kind, number> {
    const at = minute();
    let found = slots.get(at);
    if (found === undefined) {
      found = nothing();
      slots.set(at, found);
      for (const old of slots.keys()) if (old <= at - HISTORY_MINUTES) slots.delete(old);
    }
    return found;
  }

  return {
    accepted(messages) {
      slot().in += messages;
    },
    answered(outcomes) {
      if (outcomes.length === 0) return;
      const counts = slot();
      for (const { status } of outcomes) {
        const kind = KINDS[status];
        if (kind !== undefined) counts[kind] += 1;
      }
    },
    minutes() {
      const last = minute();
      return Array.from({ length: HISTORY_MINUTES }, (_, index) => {
        const at = last - HISTORY_MINUTES + 1 + index;
        return { at: at * MINUTE_MS, ...(slots.get(at) ?? nothing()) };
      });
    },
    clear: () => {
      slots.clear();
    },
  };
}
