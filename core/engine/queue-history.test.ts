import { expect, test } from 'vitest';
import { createQueueHistory } from './queue-history.ts';

test('counts by the minute, and forgets what is an hour old', () => {
  let now = 600_000;
  const history = createQueueHistory(() => now);
  history.accepted(2);
  history.answered([{ status: 'sent' }, { status: 'bounced' }, { status: 'deliverable' }]);
  now += 60_000;
  history.answered([{ status: 'deferred' }]);
  const minutes = history.minutes();
  expect(minutes).toHaveLength(60);
  expect(minutes.slice(-2)).toEqual([
    { at: 600_000, in: 2, out: 1, deferred: 0, bounced: 1 },
    { at: 660_000, in: 0, out: 0, deferred: 1, bounced: 0 },
  ]);
  now += 60 * 60_000;
  expect(history.minutes().every(({ in: count, deferred }) => count + deferred === 0)).toBe(true);
});
