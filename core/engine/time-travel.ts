/**
 * Letting the sandbox's clock run ahead, so that retries, delay warnings and expiry can be watched. It goes from one
 * scheduled event to the next and waits there until the queue manager has nothing under way: everything happens at
 * its time, as if the time had really passed. Only the sandbox's clock moves; the machine's is another one.
 */
import type { Clock, SystemClock } from '../util/clock.ts';

/** What is under way may take this long, machine's time, before the clock goes on without it. */
const PATIENCE_MS = 5_000;
/** How often a running clock is moved. */
const STEP_MS = 100;

export interface ClockState {
  /** The sandbox's time, ms since the epoch. */
  readonly now: number;
  /** How far it is ahead of the machine's. */
  readonly skippedMs: number;
  /** Milliseconds that pass in a second, beyond that second itself; 0: it does not run ahead. */
  readonly msPerSecond: number;
}

export interface TimeTravel {
  state(): ClockState;
  /** Resolves when all that was due in between has happened. */
  skip(milliseconds: number): Promise<void>;
  /** Skips so much every second, until it is stopped. 0 stops it. */
  run(msPerSecond: number): void;
  /** Back to the machine's time. */
  reset(): Promise<void>;
  stop(): void;
}

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

export function createTimeTravel(dependencies: {
  readonly clock: SystemClock;
  readonly machine: Clock;
  /** Whether the queue manager has nothing under way. */
  readonly isIdle: () => boolean;
  /** The clock went back: what was planned for then is to be planned anew. */
  readonly onReset: () => Promise<void>;
  readonly onChange: () => void;
}): TimeTravel {
  const { clock, machine, isIdle, onReset, onChange } = dependencies;
  let msPerSecond = 0;
  let cancel: (() => void) | undefined;
  /** One after the other: two that skip at once would overtake each other's events. */
  let tail: Promise<void> = Promise.resolve();

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => machine.schedule(machine.now() + milliseconds, resolve));

  async function untilIdle(): Promise<void> {
    const until = machine.now() + PATIENCE_MS;
    // what became due may begin something in one of the next turns
    for (let quiet = 0; quiet < 3 && machine.now() < until;) {
      if (isIdle()) await nextTurn();
      else await pause(1);
      quiet = isIdle() ? quiet + 1 : 0;
    }
  }

  async function advance(milliseconds: number): Promise<void> {
    let left = milliseconds;
    while (left > 0) {
      const next = clock.nextAt();
      const step = next === undefined ? left : Math.max(1, Math.min(left, next - clock.now()));
      clock.skip(step);
      left -= step;
      await untilIdle();
    }
    onChange();
  }

  function inOrder(work: () => Promise<void>): Promise<void> {
    tail = tail.then(work, work);
    return tail;
  }

  function tick(): void {
    cancel = machine.schedule(machine.now() + STEP_MS, () => {
      void inOrder(async () => {
        if (msPerSecond > 0) await advance((msPerSecond * STEP_MS) / 1000);
      }).finally(() => {
        if (msPerSecond > 0) tick();
      });
    });
  }

  function run(speed: number): void {
    cancel?.();
    msPerSecond = speed;
    if (speed > 0) tick();
    onChange();
  }

  return {
    state: () => ({ now: clock.now(), skippedMs: clock.skippedMs, msPerSecond }),
    skip: (milliseconds) => inOrder(() => advance(milliseconds)),
    run,
    reset() {
      run(0);
      return inOrder(async () => {
        clock.reset();
        await onReset();
        onChange();
      });
    },
    stop() {
      cancel?.();
      msPerSecond = 0;
    },
  };
}
