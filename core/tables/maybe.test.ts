import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { each } from './maybe.ts';

describe('each', () => {
  test('is done at once when nothing has to be waited for', () => {
    const seen: number[] = [];
    expect(each([1, 2, 3], (n) => void seen.push(n))).toBeUndefined();
    expect(seen).toEqual([1, 2, 3]);
  });

  test('keeps the order while one of them takes its time, and ends with the first that fails', async () => {
    const seen: string[] = [];
    const act = (n: number) => {
      seen.push(`begin ${n}`);
      if (n === 3) throw new Error('three');
      return n === 2 ? delay(5).then(() => void seen.push('end 2')) : undefined;
    };
    await expect(each([1, 2, 3, 4], act)).rejects.toThrow('three');
    expect(seen).toEqual(['begin 1', 'begin 2', 'end 2', 'begin 3']);
  });
});
