import { expect, test } from 'vitest';
import { formatIn, formatRate, formatSize, formatSpan, formatWhen } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [18_412, '18.4 kB'],
  [999_960, '1 MB'],
  [46_000_000, '46 MB'],
  [123_456_789, '123 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [-5, 'now'],
  [42, 'in 42 s'],
  [130, 'in 2 min 10 s'],
  [660, 'in 11 min'],
  [12_000, 'in 3 h 20 min'],
  [7_200, 'in 2 h'],
  [432_000, 'in 5 days'],
])('%i seconds ahead is %s', (seconds, text) => {
  expect(formatIn(1_000_000 + seconds * 1_000, 1_000_000)).toBe(text);
});

test.each([
  [0, '0 s'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [180_061_000, '2 days 2 h'],
])('%i ms are %s', (milliseconds, text) => {
  expect(formatSpan(milliseconds)).toBe(text);
});

test('a time of today has no date, one of another year has all of it', () => {
  const now = new Date(2026, 10, 22, 15, 0, 0).getTime();
  expect(formatWhen(new Date(2026, 10, 22, 14, 2, 11).getTime(), now)).toBe('14:02:11');
  expect(formatWhen(new Date(2026, 2, 3).getTime(), now)).toBe('3 Mar');
  expect(formatWhen(new Date(2025, 2, 3).getTime(), now)).toBe('3 Mar 2025');
});

test('rates have a digit after the point while they are small', () => {
  expect([0.2, 9.94, 1834.4].map(formatRate)).toEqual(['0.2', '9.9', '1,834']);
});
