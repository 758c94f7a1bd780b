import { describe, expect, it } from 'vitest';
import { narrow, openWindow, parseFeedback, widen, type ConcurrencyRules } from './concurrency.ts';

const RULES: ConcurrencyRules = {
  limit: 20,
  initial: 5,
  positive: { base: 1, isPerWindow: false },
  negative: { base: 1, isPerWindow: false },
  failedCohorts: 1,
};

describe('the concurrency of a destination', () => {
  it('begins small, grows with each success and stops at the limit', () => {
    const window = openWindow(RULES);
    const sizes = Array.from({ length: 20 }, () => {
      widen(window, RULES, window.size);
      return window.size;
    });
    expect(sizes.slice(0, 3)).toEqual([6, 7, 8]);
    expect(sizes.at(-1)).toBe(20);
  });

  it('does not run ahead of what is under way', () => {
    const window = openWindow(RULES);
    for (let i = 0; i < 9; i++) widen(window, RULES, 1);
    expect(window.size).toBe(6);
  });

  it('grows by one for a window of successes with feedback 1/concurrency', () => {
    const rules = { ...RULES, positive: { base: 1, isPerWindow: true } };
    const window = openWindow(rules);
    for (let i = 0; i < 4; i++) widen(window, rules, 5);
    expect(window.size).toBe(5);
    widen(window, rules, 5);
    expect(window.size).toBe(6);
  });

  it('shrinks with each failure, the first one twice, and is dead at the third of five', () => {
    const window = openWindow(RULES);
    const seen = [1, 2, 3].map(() => [narrow(window, RULES), window.size]);
    expect(seen).toEqual([
      [false, 3],
      [false, 2],
      [true, 2],
    ]);
  });

  it('counts failures one after the other only, and never dies of them with limit 0', () => {
    const window = openWindow(RULES);
    for (let i = 0; i < 20; i++) {
      expect(narrow(window, { ...RULES, failedCohorts: 2 })).toBe(false);
      widen(window, RULES, window.size);
    }
    const never = { ...RULES, failedCohorts: 0 };
    for (let i = 0; i < 20; i++) expect(narrow(window, never)).toBe(false);
    expect(window.size).toBe(1);
  });

  it.each([
    ['1', { base: 1, isPerWindow: false }],
    ['0', { base: 0, isPerWindow: false }],
    ['1/4', { base: 0.25, isPerWindow: false }],
    ['0.5 / concurrency', { base: 0.5, isPerWindow: true }],
    ['2', undefined],
    ['-1', undefined],
    ['x', undefined],
    ['1/foo', undefined],
    ['', undefined],
  ])('reads feedback %s', (text, expected) => {
    expect(parseFeedback(text)).toEqual(expected);
  });

  it('stands still without feedback', () => {
    const none = { base: 0, isPerWindow: false };
    const rules = { ...RULES, positive: none, negative: none, failedCohorts: 0 };
    const window = openWindow(rules);
    widen(window, rules, 5);
    narrow(window, rules);
    expect(window.size).toBe(5);
  });
});
