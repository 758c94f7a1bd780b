/**
 * How many deliveries to one destination run at once: few at first, more after successes, fewer after failures, and
 * none when a cohort of them failed (SCHEDULER_README, "Concurrency scheduling").
 */
import type { Config } from '../config/config.ts';

/** What one delivery adds to or takes from the window. */
export interface Feedback {
  /** 0 to 1. */
  readonly base: number;
  /** `number/concurrency`: the base is for a whole window of deliveries. */
  readonly isPerWindow: boolean;
}

export interface ConcurrencyRules {
  /** transport_destination_concurrency_limit; 0: no limit. */
  readonly limit: number;
  /** transport_initial_destination_concurrency, within the limit. */
  readonly initial: number;
  readonly positive: Feedback;
  readonly negative: Feedback;
  /** transport_destination_concurrency_failed_cohort_limit; 0: a destination is never dead. */
  readonly failedCohorts: number;
}

/** The state of one destination. */
export interface Window {
  /** Deliveries that may run at once. */
  size: number;
  /** Fractions of a step up and down. */
  success: number;
  failure: number;
  /** How many windows' worth of deliveries failed one after the other. */
  failedCohorts: number;
}

const CONSTANT: Feedback = { base: 1, isPerWindow: false };

/** `number`, `number/number` or `number/concurrency`, from 0 to 1; undefined for anything else. */
export function parseFeedback(text: string): Feedback | undefined {
  const match = /^(\d*\.?\d+)(?:\s*\/\s*(\d*\.?\d+|concurrency))?$/.exec(text.trim());
  if (match === null) return undefined;
  const isPerWindow = match[2] === 'concurrency';
  const divisor = match[2] === undefined || isPerWindow ? 1 : Number(match[2]);
  const base = Number(match[1]) / divisor;
  return base >= 0 && base <= 1 ? { base, isPerWindow } : undefined;
}

/** @param value reads `transport_SUFFIX`, or its default */
export function readConcurrency(
  config: Config,
  value: (suffix: string) => string,
  warn: (text: string) => void,
): ConcurrencyRules {
  const integer = (suffix: string) => config.integer(value(suffix));
  const feedback = (suffix: string): Feedback => {
    const name = value(suffix);
    const parsed = parseFeedback(config.get(name));
    if (parsed === undefined)
      warn(`${name}: ignoring malformed or unreasonable feedback: ${config.get(name)}`);
    return parsed ?? CONSTANT;
  };
  const limit = integer('destination_concurrency_limit');
  const initial = integer('initial_destination_concurrency');
  return {
    limit,
    initial: limit === 0 ? initial : Math.min(initial, limit),
    positive: feedback('destination_concurrency_positive_feedback'),
    negative: feedback('destination_concurrency_negative_feedback'),
    failedCohorts: integer('destination_concurrency_failed_cohort_limit'),
  };
}

export function openWindow(rules: ConcurrencyRules): Window {
  return { size: rules.initial, success: 0, failure: 0, failedCohorts: 0 };
}

const step = ({ base, isPerWindow }: Feedback, size: number) => (isPerWindow ? base / size : base);

/**
 * A delivery got through to the destination: the window grows by one whenever the feedback adds up to it, but not far
 * beyond what is `running`, so that failures are felt at once.
 */
export function widen(window: Window, rules: ConcurrencyRules, running: number): void {
  window.failedCohorts = 0;
  if (rules.limit !== 0 && window.size >= rules.limit) return;
  if (window.size >= running + rules.initial) return;
  const feedback = step(rules.positive, window.size);
  window.success += feedback;
  // half a step ahead, for fractions that do not quite add up
  while (feedback > 0 && window.success + feedback / 2 >= 1) {
    window.size += 1;
    window.success -= 1;
    window.failure = 0;
  }
  if (rules.limit !== 0) window.size = Math.min(window.size, rules.limit);
}

/** The destination could not be reached: the window shrinks at once. True: a cohort has failed, it is dead. */
export function narrow(window: Window, rules: ConcurrencyRules): boolean {
  window.failedCohorts += 1 / window.size;
  if (rules.failedCohorts > 0 && window.failedCohorts >= rules.failedCohorts) return true;
  const feedback = step(rules.negative, window.size);
  window.failure -= feedback;
  while (feedback > 0 && window.failure - feedback / 2 < 0) {
    window.size -= 1;
    window.success = 0;
    window.failure += 1;
  }
  window.size = Math.max(1, window.size);
  return false;
}
