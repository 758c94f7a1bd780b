import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remembering, WHOLE_TABLE } from './compiled-cache.ts';

function source(size: number) {
  const entries = Array.from({ length: size }, (_, i) => ({ key: `k${i}`, value: String(i) }));
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const asked: string[] = [];
  const lookup = remembering({
    lookup(key) {
      asked.push(key);
      return byKey.get(key);
    },
    atMost: (limit) => (entries.length > limit ? undefined : entries),
  });
  return { lookup, asked, byKey };
}

describe('look-ups of a compiled table', () => {
  it('ask nothing of a small table, which is held as a whole', () => {
    const { lookup, asked } = source(WHOLE_TABLE);
    expect([lookup('k7')?.value, lookup('nobody'), asked]).toEqual(['7', undefined, []]);
  });

  it('ask for the same key of a large table once, present or absent', () => {
    const { lookup, asked } = source(WHOLE_TABLE + 1);
    for (let i = 0; i < 3; i++) expect([lookup('k7')?.value, lookup('nobody')]).toEqual(['7', undefined]);
    expect(asked).toEqual(['k7', 'nobody']);
  });

  it('answer as the table does, however many keys come', () => {
    const large = source(WHOLE_TABLE + 1);
    const key = fc.integer({ min: 0, max: 2 * WHOLE_TABLE }).map((i) => `k${i}`);
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3000 }), (keys) => {
        for (const k of keys) expect(large.lookup(k)).toBe(large.byKey.get(k));
      }),
      { numRuns: 20 },
    );
  });
});
