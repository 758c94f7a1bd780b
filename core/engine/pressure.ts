/**
 * Whether accepting mail takes so much of this thread that delivering has to wait: what clients are kept waiting for goes
 * before what nobody waits for. Without it a burst is accepted at the speed of delivery.
 */
import { performance } from 'node:perf_hooks';
import { createUtilization } from '../util/utilization.ts';

export interface Pressure {
  /** A message was accepted. */
  accepted(): void;
  isHigh(): boolean;
}

export interface ThreadLoad {
  /** Milliseconds, from any beginning. */
  now(): number;
  /** Share of the time since the last call in which the thread worked, 0 to 1. */
  utilization(): number;
}

/** How often it is looked at anew. */
const WINDOW_MS = 20;
/** Fewer messages in a window than this (500 a second) never press. */
const FEW_MESSAGES = 10;
/** With delivering held back, most of what is left is accepting. */
const HIGH_UTILIZATION = 0.4;

const createThreadLoad = (): ThreadLoad => ({
  now: () => performance.now(),
  utilization: createUtilization(),
});

export function createPressure(load: ThreadLoad = createThreadLoad()): Pressure {
  let lookedAt = load.now();
  let messages = 0;
  let isHigh = false;

  return {
    accepted() {
      messages += 1;
    },
    isHigh() {
      const passed = load.now() - lookedAt;
      if (passed < WINDOW_MS) return isHigh;
      const isMuch = messages >= (FEW_MESSAGES * passed) / WINDOW_MS;
      isHigh = load.utilization() >= HIGH_UTILIZATION && isMuch;
      lookedAt += passed;
      messages = 0;
      return isHigh;
    },
  };
}
