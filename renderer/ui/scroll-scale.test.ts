import { describe, expect, test } from 'vitest';
import { barFor, barLength, LONGEST, reveal, scrolled } from './scroll-scale.ts';

const short = { content: 10_000, viewport: 500 };
const long = { content: 76_000_000, viewport: 800 };

describe('a list that a browser can hold', () => {
  test('scrolls as the browser does', () => {
    expect(barLength(short)).toBe(10_000);
    expect(scrolled({ top: 0, bar: 0 }, 4_321, short)).toEqual({ top: 4_321, bar: 4_321 });
  });
});

describe('a million rows', () => {
  test('have a bar that every browser can make', () => {
    expect(barLength(long)).toBe(LONGEST);
  });

  test('move pixel by pixel by the wheel', () => {
    const place = { top: 38_000_000, bar: barFor(38_000_000, long) };
    expect(scrolled(place, place.bar + 100, long)).toEqual({ top: 38_000_100, bar: place.bar + 100 });
  });

  test('go to the same share of the list when the bar is dragged', () => {
    const { top } = scrolled({ top: 0, bar: 0 }, (LONGEST - 800) / 2, long);
    expect(top).toBeCloseTo((76_000_000 - 800) / 2, 0);
  });

  test('reach both ends exactly', () => {
    expect(scrolled({ top: 0, bar: 0 }, LONGEST - 800, long).top).toBe(76_000_000 - 800);
    expect(scrolled({ top: 38_000_000, bar: 4_000_000 }, 0, long).top).toBe(0);
  });

  test('put the bar right when wheel and bar have drifted apart, without moving', () => {
    let place = { top: 0, bar: 0 };
    for (let step = 0; step < 10_000; step++) place = scrolled(place, place.bar + 120, long);
    expect(place.top).toBe(1_200_000);
    expect(Math.abs(place.bar - barFor(place.top, long))).toBeLessThanOrEqual(LONGEST / 40);
  });
});

test.each([
  [100, 576],
  [700, 700],
  [1_050, 1_000],
])('a row from 1000 to 1076 is shown with as little scrolling as possible: from %i to %i', (top, shown) => {
  expect(reveal(top, 500, 1_000, 1_076)).toBe(shown);
});
