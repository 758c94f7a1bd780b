import { expect, test } from 'vitest';
import type { ClockState } from '../../core/api/contract/clock.ts';
import type { Status } from '../../core/api/contract/sandbox.ts';
import type { Api } from './connection.svelte.ts';
import { SandboxClock } from './sandbox-clock.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const state = (skippedMs: number): ClockState => ({ now: 1_000 + skippedMs, skippedMs, msPerSecond: 0 });
const statusWith = (clock: ClockState) => ({ clock }) as Status;

test('an answer counts at once, and any status after it counts more', async () => {
  const live: { status: Status | undefined } = { status: statusWith(state(0)) };
  const api = {
    clock: {
      skip: ({ seconds }: { seconds: number }) => Promise.resolve(state(seconds * 1000)),
      reset: () => Promise.resolve(state(0)),
    },
  } as unknown as Pick<Api, 'clock'>;
  const clock = new SandboxClock({ api, live, ticker: { now: 1_000 }, toasts: new Toasts() });
  expect([clock.isAhead, clock.now]).toEqual([false, 1_000]);
  await clock.skip(60);
  expect([clock.isAhead, clock.now]).toEqual([true, 61_000]);
  await clock.reset();
  expect(clock.isAhead).toBe(false);
  // another program skipped
  const other = new SandboxClock({
    api,
    live: { status: statusWith(state(5_000)) },
    ticker: { now: 1_000 },
    toasts: new Toasts(),
  });
  expect(other.skippedMs).toBe(5_000);
});
