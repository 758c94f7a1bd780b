import { describe, expect, it } from 'vitest';
import { allBetween, bitsOf, noneOf, numbersOf } from './bits.ts';
import { blockOf, createKnownAnswers } from './known-answers.ts';

describe('known answers', () => {
  it('tell what holds, and what nobody asked yet', () => {
    const known = createKnownAnswers();
    known.learn('unread', allBetween(10, 20), bitsOf([10, 15, 19]));
    known.learn('unread', allBetween(4090, 4100), bitsOf([4090, 4099]));
    const { holding, unknown } = known.of('unread', bitsOf([8, 9, 10, 11, 15, 4095, 4099, 9000]));
    expect(numbersOf(holding)).toEqual([4099, 15, 10]);
    expect(numbersOf(unknown)).toEqual([9000, 9, 8]);
    expect(numbersOf(known.of('starred', bitsOf([10])).unknown)).toEqual([10]);
  });

  it('are replaced by what is found out later', () => {
    const known = createKnownAnswers();
    known.learn('unread', allBetween(0, 4096), bitsOf([0, 7, 4095]));
    known.learn('unread', bitsOf([0, 7]), bitsOf([7, 7]));
    expect(numbersOf(known.of('unread', allBetween(0, 4096)).holding)).toEqual([4095, 7]);
  });

  it('are forgotten by block, of every condition', () => {
    const known = createKnownAnswers();
    for (const condition of ['unread', 'starred']) {
      known.learn(condition, allBetween(0, 8192), bitsOf([0, 8191]));
    }
    known.forget([blockOf(8000)]);
    for (const condition of ['unread', 'starred']) {
      const { holding, unknown } = known.of(condition, bitsOf([0, 1, 8191]));
      expect(numbersOf(holding)).toEqual([0]);
      expect(numbersOf(unknown)).toEqual([8191]);
    }
  });

  it('make room by forgetting what was asked longest ago', () => {
    // Room for the arrays of two blocks.
    const known = createKnownAnswers(3000);
    const block = allBetween(0, 4096);
    const isKnown = (condition: string) => numbersOf(known.of(condition, block).unknown).length === 0;
    known.learn('a', block, bitsOf([1]));
    known.learn('b', block, bitsOf([1]));
    expect(isKnown('a')).toBe(true);
    known.learn('c', block, bitsOf([1]));
    expect([isKnown('b'), isKnown('a'), isKnown('c')]).toEqual([false, true, true]);
    // What holds for none or for all takes next to nothing.
    for (let n = 0; n < 3; n++) known.learn(`d${n}`, block, n === 1 ? block : noneOf(block));
    expect(['d0', 'd1', 'd2'].map(isKnown)).toEqual([true, true, true]);
  });
});
