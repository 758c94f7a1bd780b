import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('runs what was scheduled when the machine’s time, or what was skipped, has come so far', () => {
  const clock = createClock();
  const done: string[] = [];
  clock.schedule(clock.now() + 1_000, () => done.push('second'));
  clock.schedule(clock.now() + 3_600_000, () => done.push('hour'));
  vi.advanceTimersByTime(1_000);
  expect(done).toEqual(['second']);
  clock.skip(3_600_000);
  expect(done).toEqual(['second', 'hour']);
  expect(clock.now()).toBe(1_000_000 + 1_000 + 3_600_000);
  expect(clock.skippedMs).toBe(3_600_000);
});

test('says when the next thing is scheduled', () => {
  const clock = createClock();
  expect(clock.nextAt()).toBeUndefined();
  clock.schedule(2_000_000, () => undefined);
  const cancel = clock.schedule(1_500_000, () => undefined);
  expect(clock.nextAt()).toBe(1_500_000);
  cancel();
  expect(clock.nextAt()).toBe(2_000_000);
});

test('is back at the machine’s time after a reset, with what waits as far away as before', () => {
  const clock = createClock();
  const run = vi.fn();
  clock.skip(86_400_000);
  clock.schedule(clock.now() + 5_000, run);
  clock.reset();
  expect(clock.now()).toBe(1_000_000);
  expect(clock.nextAt()).toBe(1_005_000);
  vi.advanceTimersByTime(4_999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});
