import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallestChange } from './smallest-change.ts';

const lines = fc.array(fc.constantFrom('a = 1', 'b', '', '# c')).map((all) => all.join('\n'));

test('applied to the first text it gives the second', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const { from, to, insert } = smallestChange(before, after);
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
    }),
  );
});

test('touches only what differs', () => {
  expect(smallestChange('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
  expect(smallestChange('aa', 'aaa')).toEqual({ from: 2, to: 2, insert: 'a' });
});
