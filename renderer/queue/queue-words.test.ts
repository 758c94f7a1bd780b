import { expect, test } from 'vitest';
import type { QueueEntry } from '../../core/api/contract/queue.ts';
import { prospectsOf } from './queue-words.ts';
import { inOrder, nextOrder } from '../state/queue-order.ts';

const NOW = new Date(2026, 10, 22, 12, 0, 0).getTime();

const entry = (queueId: string, change: Partial<QueueEntry> = {}): QueueEntry => ({
  queueId,
  messageId: 1,
  queue: 'deferred',
  arrivedAt: NOW,
  size: 1,
  sender: 'a@b.test',
  subject: '',
  recipients: [],
  holdReason: '',
  nextAttemptAt: NOW + 60_000,
  warnsAt: null,
  expiresAt: NOW + 86_400_000,
  attempts: 1,
  forcedExpire: false,
  ...change,
});
const ids = (entries: readonly QueueEntry[]) => entries.map(({ queueId }) => queueId);

test('rows are sorted by what a column shows, and a third click brings Postfix’s order back', () => {
  const entries = [
    entry('b', { size: 3, nextAttemptAt: NOW + 90_000 }),
    entry('a', { size: 20, queue: 'hold' }),
    entry('c', { size: 100, queue: 'active' }),
  ];
  const bySize = nextOrder(undefined, 'size');
  expect(ids(inOrder(entries, bySize))).toEqual(['b', 'a', 'c']);
  const descending = nextOrder(bySize, 'size');
  expect(ids(inOrder(entries, descending))).toEqual(['c', 'a', 'b']);
  expect(nextOrder(descending, 'size')).toBeUndefined();
  expect(ids(inOrder(entries, undefined))).toEqual(['b', 'a', 'c']);
  expect(nextOrder(descending, 'next')).toEqual({ column: 'next', isDescending: false });
  expect(ids(inOrder(entries, { column: 'next', isDescending: false }))).toEqual(['c', 'b', 'a']);
});

test.each([
  [entry('a', { queue: 'hold' }), ['Nothing, until it is released.']],
  [entry('a', { queue: 'maildrop' }), ['Picked up within a minute.']],
  [
    entry('a', { forcedExpire: true }),
    ['Tried again in 1 min, 22 Nov 2026, 12:01:00.', 'Then returned to the sender: it is expired.'],
  ],
  [
    entry('a', { queue: 'active', sender: '' }),
    [
      'It is being delivered now.',
      'Given up and dropped, for it has no sender at the first try after 23 Nov 2026, 12:00:00.',
    ],
  ],
  [
    entry('a', { warnsAt: NOW + 14_400_000 }),
    [
      'Tried again in 1 min, 22 Nov 2026, 12:01:00.',
      'The sender is told of the delay at the first try after 22 Nov 2026, 16:00:00.',
      'Given up and returned to the sender at the first try after 23 Nov 2026, 12:00:00.',
    ],
  ],
])('what happens next: %#', (given, expected) => {
  expect(prospectsOf(given, NOW)).toEqual(expected);
});
