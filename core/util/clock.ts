/** Time as a dependency, so that tests and the app can skip ahead. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls `run` once when the clock has reached `at` (ms since the epoch); returns a function that cancels it. */
  schedule(at: number, run: () => void): () => void;
}

/** setTimeout's longest delay; beyond it Node fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

interface Waiting {
  at: number;
  readonly run: () => void;
}

/** A clock that follows the machine's, plus what was skipped. The only place that reads the machine's time. */
export interface SystemClock extends Clock {
  /** Moves the clock ahead: everything scheduled in between becomes due, in order. */
  skip(milliseconds: number): void;
  /** Back to the machine's time. What is scheduled is as far away afterwards as it was before. */
  reset(): void;
  /** When the next thing is scheduled; undefined: nothing is. */
  nextAt(): number | undefined;
  /** How far ahead of the machine's time this clock is. */
  readonly skippedMs: number;
}

export function createClock(): SystemClock {
  let skipped = 0;
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;
  const now = () => Date.now() + skipped;

  function nextAt(): number | undefined {
    let next = Infinity;
    for (const w of waiting) next = Math.min(next, w.at);
    return next === Infinity ? undefined : next;
  }

  function arm(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    const next = nextAt();
    if (next === undefined) return;
    timer = setTimeout(fire, Math.min(Math.max(0, next - now()), LONGEST_TIMEOUT_MS));
    timer.unref();
  }

  function fire(): void {
    const at = now();
    const due = [...waiting].filter((w) => w.at <= at).sort((a, b) => a.at - b.at);
    for (const w of due) {
      waiting.delete(w);
      w.run();
    }
    arm();
  }

  return {
    now,
    schedule(at, run) {
      const entry: Waiting = { at, run };
      waiting.add(entry);
      arm();
      return () => {
        if (waiting.delete(entry)) arm();
      };
    },
    skip(milliseconds) {
      skipped += milliseconds;
      fire();
    },
    reset() {
      for (const w of waiting) w.at -= skipped;
      skipped = 0;
      arm();
    },
    nextAt,
    get skippedMs() {
      return skipped;
    },
  };
}
