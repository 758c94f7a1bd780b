import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from './connection.svelte.ts';
import { Everything } from './everything.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

vi.useFakeTimers();

/** 5,000 messages, newest first; every second one is read. */
function start() {
  const read = new Set(Array.from({ length: 2500 }, (_, index) => index * 2 + 2));
  const seen: string[] = [];
  const mail = {
    ids: ({ before = 5001, limit = 10 }: { before?: number; limit?: number }) => {
      const ids = Array.from({ length: Math.min(limit, before - 1) }, (_, index) => before - 1 - index);
      return Promise.resolve({ ids, hasMore: (ids.at(-1) ?? 1) > 1 });
    },
    mark: ({ ids, isRead = false }: { ids: number[]; isRead?: boolean }) => {
      const changed = ids.filter((id) => read.has(id) !== isRead);
      for (const id of changed) {
        if (isRead) read.add(id);
        else read.delete(id);
      }
      const { progress } = everything;
      seen.push(`${progress?.what ?? ''} ${progress?.done ?? 0}/${progress?.total ?? '?'}`);
      return Promise.resolve({ changed: changed.length, ids: changed });
    },
    remove: () => Promise.reject(new Error('The disk is full.')),
  };
  const toasts = new Toasts();
  const everything = new Everything({
    api: { mail } as unknown as Api,
    toasts,
    listed: () => ({ folder: { kind: 'all' }, search: '', total: 5000 }),
    onDone: () => undefined,
  });
  return { read, seen, toasts, everything };
}

describe('everything', () => {
  let parts: ReturnType<typeof start>;
  beforeEach(() => {
    parts = start();
  });

  it('is done step by step, and undone only where it changed something', async () => {
    const { read, seen, toasts, everything } = parts;
    await everything.run({ kind: 'read' });
    expect(seen).toEqual([
      'Marking as read 0/5000',
      'Marking as read 2000/5000',
      'Marking as read 4000/5000',
    ]);
    expect(read.size).toBe(5000);
    expect(everything.progress).toBeUndefined();
    const [toast] = toasts.items;
    expect(toast?.text).toBe('2,500 messages marked as read');
    toast?.action?.run();
    await vi.waitFor(() => {
      expect(everything.progress).toBeUndefined();
      expect(read.size).toBe(2500);
    });
    expect([...read].every((id) => id % 2 === 0)).toBe(true);
  });

  it('is stopped after the step under way, and says so', async () => {
    const { read, toasts, everything } = parts;
    const running = everything.run({ kind: 'read' });
    everything.cancel();
    await running;
    expect(read.size).toBe(3500);
    expect(toasts.items[0]?.text).toBe('Stopped: 1,000 messages marked as read');
  });

  it('tells what went wrong', async () => {
    const { toasts, everything } = parts;
    await everything.run({ kind: 'remove' });
    expect(toasts.items.map(({ text }) => text)).toEqual([
      'The disk is full.',
      'Stopped: 0 messages moved to the Bin',
    ]);
  });
});
