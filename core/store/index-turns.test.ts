import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createIndexTurns } from './index-turns.ts';
import type { FromIndexer } from './index-wire.ts';

const group = {
  runAll: <T>(work: readonly (() => T)[]) => work.map((run) => run()),
  runEach: () => [],
};

function start() {
  const { port1, port2 } = new MessageChannel();
  const stored: number[] = [];
  const load = { now: 0, utilization: 0 };
  const turns = createIndexTurns({
    group,
    runner: { storeDigest: () => true, tagByRules: () => undefined },
    onIndexed: (ids) => stored.push(...ids),
    onTrouble: () => undefined,
    now: () => load.now,
    utilization: () => load.utilization,
  });
  turns.connect(port1, () => undefined);
  const answer = async (ids: readonly number[]) => {
    const arrived = once(port1, 'message');
    port2.postMessage({
      kind: 'indexed',
      text: JSON.stringify(ids.map((id) => ({ id }))),
    } satisfies FromIndexer);
    await arrived;
  };
  const close = () => {
    turns.close();
    port2.close();
  };
  return { turns, load, answer, stored, asked: () => once(port2, 'message'), close };
}

describe('turns of the indexer', () => {
  it('come again for mail that was stored while the indexer looked and found nothing', async () => {
    const { turns, answer, asked, close } = start();
    const first = asked();
    turns.take(true);
    await first;
    turns.expectWork();
    await answer([]);
    const second = asked();
    turns.take(true);
    expect(await second).toEqual([{ kind: 'work', limit: 200 }]);
    close();
  });

  it('wait while mail comes in steadily, but not for ever', async () => {
    const { turns, answer, stored, close } = start();
    turns.take(true);
    await answer([1, 2]);
    expect(turns.take(true)).toBe(true);
    expect(stored).toEqual([1, 2]);
    await answer([3]);
    expect(turns.take(false)).toBe(false);
    expect(stored).toEqual([1, 2]);
    expect(turns.take(true)).toBe(true);
    expect(stored).toEqual([1, 2, 3]);
    close();
  });

  it('come seldom while the writer has its hands full', async () => {
    const { turns, load, answer, stored, close } = start();
    const takeAt = async (now: number, id: number) => {
      await answer([id]);
      load.now = now;
      return turns.take(false);
    };
    turns.take(true);
    expect(await takeAt(100, 1)).toBe(true);
    load.utilization = 0.3;
    expect(await takeAt(351, 2)).toBe(true);
    load.utilization = 0.9;
    expect(await takeAt(700, 3)).toBe(false);
    expect(await takeAt(2300, 4)).toBe(false);
    expect(await takeAt(2352, 5)).toBe(true);
    load.utilization = 0.3;
    expect(await takeAt(2700, 6)).toBe(true);
    expect(stored).toEqual([1, 2, 3, 4, 5, 6]);
    close();
  });
});
