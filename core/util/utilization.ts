import { performance } from 'node:perf_hooks';

/** Answers the share of the time since the last call in which this thread worked, 0 to 1. */
export function createUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, last);
    last = current;
    return utilization;
  };
}
