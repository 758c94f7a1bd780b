import { afterAll, describe, expect, it } from 'vitest';
import type { Connection } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { sampleMessage, sampleSettlement } from './sample.ts';
import { acceptOperation, openSchema, openStore, removeTemporaryFolders } from './testing.ts';
import { createOperationRunner } from './write/operations.ts';

afterAll(removeTemporaryFolders);

function acceptOf(id: number, size = 100) {
  const content = { ...sampleMessage(id).content, raw: Buffer.alloc(size, 'x') };
  return acceptOperation(sampleMessage(id, { content }));
}

function open(db: Connection) {
  const runner = createOperationRunner(db);
  const group = createGroupCommit(db, runner);
  return {
    runEach: (list: readonly ReturnType<typeof acceptOf>[]) =>
      group.runEach(list.map((packed) => runner.prepare(...packed))),
  };
}
const count = (db: Connection, table: string) =>
  db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

describe('group commit', () => {
  it('lets one failing operation fail alone', () => {
    const db = openSchema();
    const results = open(db).runEach([acceptOf(1), acceptOf(1), acceptOf(2)]);
    expect(results.map((r) => r.isOk)).toEqual([true, false, true]);
    expect(count(db, 'message')).toBe(2);
    expect(db.prepare("SELECT value FROM counter WHERE name = 'kept'").pluck().get()).toBe(2);
    db.close();
  });

  it('writes nothing half when the disk is full, keeps what fits, and goes on when there is room', () => {
    const db = openSchema();
    const writer = open(db);
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages + 40}`);
    const [first, big, last] = writer.runEach([acceptOf(1), acceptOf(2, 1_000_000), acceptOf(3)]);
    expect([first?.isOk, big?.isOk, last?.isOk]).toEqual([true, false, true]);
    expect(big).toMatchObject({ error: { name: 'StoreFullError' } });
    for (const table of ['message', 'content', 'recipient', 'queue_entry', 'journey', 'unindexed']) {
      expect(count(db, table), table).toBe(2);
    }
    db.pragma('max_page_count = 1000000');
    expect(writer.runEach([acceptOf(2, 1_000_000)])[0]?.isOk).toBe(true);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  it('answers each of many writes of one turn with its own outcome', async () => {
    const store = await openStore();
    const message = sampleMessage(store.queue.allocate());
    const settled = await Promise.allSettled([
      store.queue.accept([message]),
      store.queue.accept([message]),
      store.queue.settle(sampleSettlement(message)),
    ]);
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.mail.deliveries(1)).toHaveLength(1);
    await store.close();
    await expect(store.queue.accept([message])).rejects.toThrow('closed');
  });
});
