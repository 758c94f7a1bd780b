import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allBetween, bitsOf, countOf, either, isEmpty, noneOf, numbersOf, rangeOf, without } from './bits.ts';

/** Beyond what fits a bit operation, too. */
const origin = fc.constantFrom(0, 31, 4096, 2 ** 31 - 5, 2 ** 40);
const falling = (ids: Iterable<number>) => [...new Set(ids)].sort((a, b) => b - a);

describe('bits', () => {
  it('are sets of numbers', () => {
    const some = fc.array(fc.nat({ max: 300 }));
    fc.assert(
      fc.property(origin, some, some, (from, left, right) => {
        const [a, b] = [left.map((n) => n + from), right.map((n) => n + from)];
        const edges = [from, from + 300];
        const [bitsA, bitsB] = [bitsOf([...a, ...edges]), bitsOf([...b, ...edges])];
        const all = falling([...a, ...edges]);
        expect(numbersOf(bitsA)).toEqual(all);
        expect(numbersOf(bitsA, 2)).toEqual(all.slice(0, 2));
        expect(countOf(bitsA)).toBe(all.length);
        expect(numbersOf(either(bitsA, bitsB))).toEqual(falling([...all, ...b]));
        const rest = all.filter((id) => !edges.includes(id) && !b.includes(id));
        expect(numbersOf(without(bitsA, bitsB))).toEqual(rest);
        expect(isEmpty(without(bitsA, bitsB))).toBe(rest.length === 0);
      }),
    );
  });

  it('begin and end anywhere', () => {
    fc.assert(
      fc.property(origin, fc.nat({ max: 200 }), fc.nat({ max: 200 }), (from, skip, length) => {
        const start = from + skip;
        const bits = allBetween(start, start + length);
        expect(numbersOf(bits)).toEqual(Array.from({ length }, (_, n) => start + length - 1 - n));
        expect(isEmpty(noneOf(bits))).toBe(true);
      }),
    );
  });

  it('lie in a range of whole words', () => {
    const bits = bitsOf([0, 70, 90, 200]);
    expect(rangeOf(bits)).toEqual({ start: 0, end: 224 });
    expect(rangeOf(without(bits, bitsOf([0, 200])))).toEqual({ start: 64, end: 96 });
  });
});
