import { expect, it } from 'vitest';
import { toMinute, toTime } from './time-of-day.ts';

it.each([
  [0, '00:00'],
  [425, '07:05'],
  [1_439, '23:59'],
])('%i is %s', (minute, time) => {
  expect(toTime(minute)).toBe(time);
  expect(toMinute(time)).toBe(minute);
});

it.each(['', '24:00', '7:05', '07:60'])('"%s" is no time', (time) => {
  expect(toMinute(time)).toBeUndefined();
});
