import { expect, test } from 'vitest';
import { MessageList } from './message-list.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { createFakeMail } from './testing.ts';

async function setUp(): Promise<Selection> {
  const list = new MessageList(createFakeMail(9).api, () => undefined);
  await list.open({ kind: 'all' }, '');
  return new Selection(list);
}

test('moves one row at a time and stops at the ends', async () => {
  const selection = await setUp();
  expect(selection.move(1, { extend: false, from: 0 })).toBe(0);
  expect(selection.move(1, { extend: false, from: 0 })).toBe(1);
  expect(selection.current).toBe(8);
  selection.move(-5, { extend: false, from: 0 });
  expect(selection.current).toBe(9);
});

test('extends from where it began, in both directions', async () => {
  const selection = await setUp();
  selection.reset(5);
  selection.move(1, { extend: true, from: 0 });
  selection.move(1, { extend: true, from: 0 });
  expect([...selection.ids]).toEqual([5, 4, 3]);
  selection.move(-4, { extend: true, from: 0 });
  expect([...selection.ids]).toEqual([7, 6, 5]);
});

test('takes single rows in and out', async () => {
  const selection = await setUp();
  selection.reset(5);
  selection.toggle(2);
  selection.toggle(5);
  expect([...selection.ids]).toEqual([2]);
});

test('goes on to the next row when the selected ones are taken away, at the end to the one before', async () => {
  const selection = await setUp();
  expect(selection.successor(new Set([5, 4]))).toBe(3);
  expect(selection.successor(new Set([2, 1]))).toBe(3);
  expect(selection.successor(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]))).toBeUndefined();
});
