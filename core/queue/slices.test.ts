import { expect, test } from 'vitest';
import { createSlices } from './slices.ts';

const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

function kit(isPressed: () => boolean, count: number) {
  const slices = createSlices(isPressed);
  const done: number[] = [];
  const finished = new Promise<void>((resolve) => {
    for (let n = 0; n < count; n++)
      slices.add(() => {
        done.push(n);
        if (done.length === count) resolve();
      });
  });
  return { slices, done, finished };
}

test('runs jobs in order, some at a time, so that sockets are served in between', async () => {
  const { done, finished } = kit(() => false, 200);
  await turn();
  expect(done.length).toBeGreaterThan(0);
  expect(done.length).toBeLessThan(200);
  await finished;
  expect(done).toEqual(Array.from({ length: 200 }, (_, n) => n));
});

test('goes on in small pieces while accepting presses, and loses nothing', async () => {
  const { done, finished } = kit(() => true, 20);
  await turn();
  await turn();
  expect(done).toEqual([]);
  await finished;
  expect(done).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('is fast again when the pressure is gone', async () => {
  let isPressed = true;
  const { done, finished } = kit(() => isPressed, 60);
  isPressed = false;
  await finished;
  expect(done).toHaveLength(60);
});

test('calls back after the slice, not within it', async () => {
  const slices = createSlices(() => false);
  const seen: string[] = [];
  slices.add(() => {
    slices.afterwards(() => seen.push('afterwards'));
    seen.push('job');
  });
  slices.add(() => seen.push('next job'));
  await turn();
  await turn();
  await turn();
  expect(seen).toEqual(['job', 'next job', 'afterwards']);
});
