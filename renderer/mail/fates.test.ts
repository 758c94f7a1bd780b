import { expect, test } from 'vitest';
import type { Fate } from '../../core/api/contract/common.ts';
import { chipOf, chipsOf } from './fates.ts';

const fate = (recipient: string, change: Partial<Fate>): Fate => ({
  recipient,
  address: recipient,
  status: 'delivered',
  dsn: '2.0.0',
  reason: '',
  ...change,
});

const texts = (...fates: readonly Fate[]) => chipsOf(fates).map(({ text }) => text);

test('a mailbox is named, an alias with what it leads to', () => {
  expect(texts(fate('you@localhost', { mailbox: 'you' }))).toEqual(['you']);
  expect(texts(fate('root@localhost', { mailbox: 'you' }))).toEqual(['root → you']);
});

test('the same mailbox is named once, many are counted', () => {
  const boxes = ['a', 'b', 'c', 'd'].map((name) => fate(`${name}@localhost`, { mailbox: name }));
  expect(texts(...boxes, ...boxes)).toEqual(['a', 'b', '+2']);
});

test('what is not delivered is counted beside what is', () => {
  const bounced = fate('x@outside.test', { status: 'bounced', reason: 'outside mail is not deliverable' });
  expect(texts(fate('you@localhost', { mailbox: 'you' }), bounced)).toEqual(['you', '1 undeliverable']);
  expect(texts(bounced)).toEqual(['undeliverable']);
  expect(chipOf(bounced)).toEqual({ tone: 'bad', text: 'outside mail is not deliverable' });
});
