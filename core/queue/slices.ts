/**
 * Work in slices: between two of them the event loop serves sockets, so that accepting mail goes before delivering
 * it. Everything the queue manager does for a message begins here.
 */
export interface Slices {
  /** Runs the job in one of the next slices, in order. */
  add(job: () => void): void;
  /** Calls back after the slice that is under way, or the next one. */
  afterwards(run: () => void): void;
  readonly length: number;
}

/** Jobs of one slice: with 20 to 50 us each, about two milliseconds. */
const SLICE = 48;
/** While accepting presses, delivering goes on with a small share of the time, so that it never stands still. */
const PRESSED_SLICE = 8;
const PRESSED_PAUSE_MS = 10;

export function createSlices(isPressed: () => boolean): Slices {
  let jobs: (() => void)[] = [];
  let next = 0;
  let later: (() => void)[] = [];
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    if (isPressed()) setTimeout(run, PRESSED_PAUSE_MS, PRESSED_SLICE);
    else setImmediate(run, SLICE);
  }

  function run(size: number): void {
    isScheduled = false;
    // what the last slice's jobs left behind has settled by now
    const due = later;
    later = [];
    for (const callback of due) callback();
    const end = Math.min(next + size, jobs.length);
    while (next < end) jobs[next++]?.();
    if (next === jobs.length) {
      jobs = [];
      next = 0;
    } else if (next > 4096) {
      jobs = jobs.slice(next);
      next = 0;
    }
    if (jobs.length > 0 || later.length > 0) schedule();
  }

  return {
    add(job) {
      jobs.push(job);
      schedule();
    },
    afterwards(callback) {
      later.push(callback);
      schedule();
    },
    get length() {
      return jobs.length - next;
    },
  };
}
