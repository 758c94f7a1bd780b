import { expect, test } from 'vitest';
import { createPressure } from './pressure.ts';

function kit() {
  const load = { at: 0, share: 0 };
  const pressure = createPressure({ now: () => load.at, utilization: () => load.share });
  /** A window of 20 ms with so many messages and so busy a thread. */
  const pass = (messages: number, share: number, milliseconds = 20) => {
    for (let n = 0; n < messages; n++) pressure.accepted();
    load.at += milliseconds;
    load.share = share;
    return pressure.isHigh();
  };
  return { pass };
}

test('presses when much mail keeps the thread busy', () => {
  expect(kit().pass(50, 0.9)).toBe(true);
});

test('does not press while the thread has time to spare, however much mail comes in', () => {
  expect(kit().pass(500, 0.2)).toBe(false);
});

test('does not press when the thread is busy with something else', () => {
  expect(kit().pass(2, 0.9)).toBe(false);
});

test('judges a long time by its rate', () => {
  expect(kit().pass(50, 0.9, 2000)).toBe(false);
});

test('keeps its answer within a window, and looks anew after it', () => {
  const { pass } = kit();
  expect(pass(50, 0.9)).toBe(true);
  expect(pass(0, 0, 5)).toBe(true);
  expect(pass(0, 0, 20)).toBe(false);
});
