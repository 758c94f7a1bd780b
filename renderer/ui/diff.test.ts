import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTexts, foldRows, type Side } from './diff.ts';

const textOf = (side: Side | undefined) => side?.segments.map(({ text }) => text).join('');
const told = (left: string, right: string) =>
  diffTexts(left, right).map((row) => `${row.kind} ${textOf(row.left) ?? '-'}|${textOf(row.right) ?? '-'}`);

describe('two texts', () => {
  it('have equal, changed, removed and added lines', () => {
    expect(told('a\nb\nc\nd', 'a\nB\nc\nd\ne')).toEqual([
      'same a|a',
      'changed b|B',
      'same c|c',
      'same d|d',
      'added -|e',
    ]);
    expect(told('a\nb\nc', 'c')).toEqual(['removed a|-', 'removed b|-', 'same c|c']);
    expect(told('', 'a')).toEqual(['added -|a']);
    expect(told('', '')).toEqual([]);
    expect(told('a\r\nb\r\n', 'a\nb')).toEqual(['same a|a', 'same b|b']);
  });

  it('show what changed inside of a line', () => {
    const [row] = diffTexts('Your order 12 is here', 'Your order 13 is here');
    expect(row?.left?.segments).toEqual([
      { text: 'Your order ', isChanged: false },
      { text: '12', isChanged: true },
      { text: ' is here', isChanged: false },
    ]);
    expect(row?.right?.segments[1]).toEqual({ text: '13', isChanged: true });
  });

  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd e', ''), { maxLength: 40 });

  it('are told completely and in order, whatever they are', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const rows = diffTexts(`${left.join('\n')}\n`, `${right.join('\n')}\n`);
        const side = (name: 'left' | 'right') => rows.flatMap((row) => textOf(row[name]) ?? []);
        expect(side('left').join('\n')).toBe(left.join('\n'));
        expect(side('right').join('\n')).toBe(right.join('\n'));
        expect(rows.flatMap((row) => row.left?.line ?? [])).toEqual(
          side('left').map((_, index) => index + 1),
        );
        for (const row of rows) if (row.kind === 'same') expect(textOf(row.left)).toBe(textOf(row.right));
      }),
      { numRuns: 300 },
    );
  });

  it('that have nothing in common are soon told, also when they are long', () => {
    const long = (word: string) => Array.from({ length: 20_000 }, (_, n) => `${word} ${n}`).join('\n');
    const before = performance.now();
    expect(diffTexts(long('a'), long('b'))).toHaveLength(20_000);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('are folded where they are equal', () => {
    const left = Array.from({ length: 20 }, (_, n) => `${n}`).join('\n');
    const rows = foldRows(diffTexts(left, left.replace('10', 'x')));
    expect(rows.map((row) => (row.kind === 'folded' ? row.count : row.kind))).toEqual([
      7,
      'same',
      'same',
      'same',
      'changed',
      'same',
      'same',
      'same',
      6,
    ]);
    expect(foldRows(diffTexts('a', 'a'))).toEqual([{ kind: 'folded', count: 1, from: 0 }]);
  });
});
