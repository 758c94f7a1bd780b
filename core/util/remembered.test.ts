import { expect, test, vi } from 'vitest';
import { remembered } from './remembered.ts';

test('asks once for each text, also when there is no answer, and begins anew when it is full', () => {
  const find = vi.fn((text: string) => (text === 'none' ? undefined : text.toUpperCase()));
  const ask = remembered(2, find);
  expect([ask('a'), ask('none'), ask('a'), ask('none')]).toEqual(['A', undefined, 'A', undefined]);
  expect(find).toHaveBeenCalledTimes(2);
  expect([ask('b'), ask('a')]).toEqual(['B', 'A']);
  expect(find).toHaveBeenCalledTimes(4);
});
