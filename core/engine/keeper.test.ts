import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARRIVED, sampleMessage, sampleSettlement } from '../store/sample.ts';
import { USUAL_KEEPING, type KeepingSettings, type Store } from '../store/store.ts';
import { openStore, removeTemporaryFolders } from '../store/testing.ts';
import type { Clock } from '../util/clock.ts';
import { createKeeper, type Keeper } from './keeper.ts';

afterAll(removeTemporaryFolders);

const DAY = 86_400_000;

/** Time that passes only when it is told to; what is due then runs. */
function createSteppedClock(at: number): Clock & { step(milliseconds: number): Promise<void> } {
  let now = at;
  const due = new Map<() => void, number>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    schedule(when, run) {
      due.set(run, when);
      return () => due.delete(run);
    },
    async step(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        for (let round = 0; round < 20; round++) await turn();
        const next = [...due].filter(([, when]) => when <= end).sort((a, b) => a[1] - b[1])[0];
        if (next === undefined) break;
        due.delete(next[0]);
        now = Math.max(now, next[1]);
        next[0]();
      }
      now = end;
    },
  };
}

describe('what is kept', { timeout: 30_000 }, () => {
  let store: Store;
  let keeper: Keeper;
  let clock: ReturnType<typeof createSteppedClock>;
  let isPressed = false;
  beforeEach(async () => {
    store = await openStore();
    clock = createSteppedClock(ARRIVED);
    isPressed = false;
    keeper = createKeeper({
      store,
      clock,
      isPressed: () => isPressed,
      onError: (error) => {
        throw error;
      },
    });
    keeper.start();
  });
  afterEach(async () => {
    await keeper.stop();
    await store.close();
  });

  async function fill(
    count: number,
    changes: (id: number) => Parameters<typeof sampleMessage>[1] = () => ({}),
  ) {
    const messages = Array.from({ length: count }, () => {
      const id = store.queue.allocate();
      return sampleMessage(id, { arrivedAt: ARRIVED - (count - id) * DAY, size: 1000, ...changes(id) });
    });
    await store.queue.accept(messages);
    await Promise.all(messages.map((message) => store.queue.settle(sampleSettlement(message))));
  }
  const set = async (change: Partial<KeepingSettings>) => {
    await store.desk.setKeeping({ ...USUAL_KEEPING, ...change });
    keeper.look();
    await clock.step(60_000);
  };
  const ids = () => store.mail.ids({ folder: { kind: 'all' }, search: '', limit: 10_000 });

  it('is everything, unless somebody says otherwise', async () => {
    await fill(200);
    await clock.step(10 * DAY);
    expect(await ids()).toHaveLength(200);
  });

  it('is in the Bin for its days', async () => {
    await fill(120);
    await store.mail.remove(Array.from({ length: 110 }, (_, index) => index + 1));
    await clock.step(29 * DAY);
    expect(store.mail.folders().bin).toBe(110);
    await clock.step(DAY + 3_600_000);
    expect(store.mail.folders()).toMatchObject({ bin: 0, all: 10 });
    expect(store.mail.get(1)).toBeUndefined();
  });

  it('is so many of the newest, without what has a star or is in the queue', async () => {
    await fill(150);
    await store.queue.accept([sampleMessage(store.queue.allocate())]);
    await store.mail.mark([2], { isStarred: true });
    await set({ mostMessages: 10 });
    expect(await ids()).toEqual([151, 150, 149, 148, 147, 146, 145, 144, 143, 2]);
    expect(store.mail.totals()).toMatchObject({ messages: 10 });
  });

  it('is nothing older than so many days', async () => {
    await fill(100);
    await set({ mostDays: 7 });
    expect(await ids()).toEqual([100, 99, 98, 97, 96, 95, 94]);
  });

  it('is so many bytes, of which the Bin goes first', async () => {
    await fill(100);
    await store.mail.remove([100, 99]);
    await set({ mostBytes: 50_000 });
    expect(store.mail.totals()).toEqual({ messages: 50, bytes: 50_000 });
    expect(store.mail.folders()).toMatchObject({ bin: 0, all: 50 });
    expect((await ids()).at(-1)).toBe(49);
  });

  it('is looked after when mail comes in', async () => {
    await fill(10);
    await set({ mostMessages: 10 });
    await store.queue.accept([sampleMessage(store.queue.allocate())]);
    await clock.step(6_000);
    expect(await ids()).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('is looked after when mail comes in while it is looked after already', async () => {
    const more = () => store.queue.accept([sampleMessage(store.queue.allocate())]);
    await fill(10);
    await set({ mostMessages: 10 });
    await more();
    // Before the look that this mail asked for, the settings ask for one at once.
    await set({ mostMessages: 9 });
    await more();
    await clock.step(6_000);
    expect(store.mail.totals().messages).toBe(9);
    keeper.look();
    await more();
    await clock.step(6_000);
    expect(store.mail.totals().messages).toBe(9);
  });

  it('waits while mail comes in fast, and goes on in small steps that new mail gets between', async () => {
    await fill(500);
    isPressed = true;
    await store.desk.setKeeping({ ...USUAL_KEEPING, mostMessages: 100 });
    keeper.look();
    await clock.step(3_000);
    expect(store.mail.folders().all).toBe(500);
    isPressed = false;
    const left: number[] = [];
    for (let round = 0; round < 5; round++) {
      await clock.step(round === 0 ? 500 : 20);
      await store.queue.accept([sampleMessage(store.queue.allocate())]);
      left.push(store.mail.folders().all);
    }
    // Between any two of the new messages one step of 50 went, and no more.
    expect(left.map((count, index) => (left[index - 1] ?? count + 49) - count)).toEqual([49, 49, 49, 49, 49]);
    await clock.step(60_000);
    expect(store.mail.folders().all).toBe(100);
  });
});
