import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerToken, headerTokens } from '../mail/search/search.ts';
import type { Connection } from './database.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { sampleMessage } from './sample.ts';
import { acceptOperation, NO_BAGGAGE, openSchema, openStore, removeTemporaryFolders } from './testing.ts';
import type { Operation } from './wire.ts';
import type { IndexedMessage } from './write/digests.ts';
import { createOperationRunner, type OperationRunner } from './write/operations.ts';
import { USUAL_KEEPING } from './keeping.ts';

afterAll(removeTemporaryFolders);

function indexed(id: number, changes: Partial<IndexedMessage> = {}): IndexedMessage {
  return {
    id,
    digest: { preview: '', attachments: 0, hasHtml: false, remoteResources: 0 },
    parts: [],
    text: {
      subject: `Receipt ${id}`,
      from: 'shop@shop.test',
      to: '',
      cc: '',
      bcc: '',
      body: '',
      files: '',
      headers: [headerToken('X-Shop'), ...headerTokens('X-Shop', 'north')].join(' '),
    },
    addresses: { senders: [], recipients: [] },
    tags: { header: [], plus: [] },
    thread: { keys: [], answers: '' },
    ...changes,
  };
}

describe('tags', () => {
  let db: Connection;
  let runner: OperationRunner;
  let group: GroupCommit;
  beforeEach(() => {
    db = openSchema();
    runner = createOperationRunner(db);
    group = createGroupCommit(db, runner);
    group.runAll([1, 2, 3].map((id) => runner.prepare(...acceptOperation(sampleMessage(id)))));
  });
  afterEach(() => {
    db.close();
  });
  const run = (operation: Operation) => group.runAll([runner.prepare(operation, NO_BAGGAGE)])[0];
  const index = (...messages: readonly IndexedMessage[]) =>
    group.runAll([
      ...messages.map((message) => () => runner.storeDigest(message)),
      () => {
        runner.tagByRules();
        return true;
      },
    ]);
  const tagsOf = (id: number) =>
    db
      .prepare(
        "SELECT f.name FROM filed d JOIN folder f ON f.id = d.folder_id WHERE d.message_id = ? AND f.kind = 'tag' ORDER BY 1",
      )
      .pluck()
      .all(id);
  const counts = () =>
    db.prepare("SELECT name, total, unread FROM folder WHERE kind = 'tag' ORDER BY name").raw().all();

  it('are put on and taken off by hand, whatever their case, and counted', () => {
    expect(run({ name: 'tag', body: { ids: [1, 2, 99], add: ['To  do', ''], remove: [] } })).toEqual([1, 2]);
    expect(run({ name: 'tag', body: { ids: [2, 3], add: ['to DO'], remove: [] } })).toEqual([3]);
    expect(tagsOf(3)).toEqual(['To do']);
    run({ name: 'mark', body: { ids: [1], isRead: true } });
    expect(counts()).toEqual([['To do', 3, 2]]);
    run({ name: 'bin', body: { ids: [2], at: 5 } });
    expect(counts()).toEqual([['To do', 2, 1]]);
    run({ name: 'tag', body: { ids: [2], add: [], remove: ['TO do'] } });
    run({ name: 'restore', body: { ids: [2] } });
    expect(counts()).toEqual([['To do', 2, 1]]);
    expect(run({ name: 'tag', body: { ids: [1, 2], add: [], remove: ['to do', 'none'] } })).toEqual([1]);
    expect(counts()).toEqual([['To do', 1, 1]]);
  });

  it('are renamed, but not to a name that is taken, and go with the last message', () => {
    run({ name: 'tag', body: { ids: [1], add: ['a', 'b'], remove: [] } });
    expect(run({ name: 'renameTag', body: { from: 'a', to: 'B' } })).toBe(false);
    expect(run({ name: 'renameTag', body: { from: 'a', to: 'A' } })).toBe(true);
    expect(run({ name: 'renameTag', body: { from: 'A', to: 'c' } })).toBe(true);
    run({ name: 'tag', body: { ids: [2], add: ['a', 'C'], remove: [] } });
    expect([tagsOf(1), tagsOf(2)]).toEqual([
      ['b', 'c'],
      ['a', 'c'],
    ]);
    run({ name: 'dropTag', body: { name: 'b' } });
    expect(tagsOf(1)).toEqual(['b', 'c']);
    run({ name: 'tag', body: { ids: [1], add: [], remove: ['b'] } });
    run({ name: 'dropTag', body: { name: 'b' } });
    expect(counts().map((row) => (row as string[])[0])).toEqual(['a', 'c']);
    run({ name: 'tag', body: { ids: [1], add: ['b'], remove: [] } });
    expect(tagsOf(1)).toEqual(['b', 'c']);
  });

  it('come with a message, from its header and, when asked for, its recipients', () => {
    index(indexed(1, { tags: { header: ['welcome'], plus: ['shop'] } }));
    const value = JSON.stringify({ ...USUAL_KEEPING, tagsFromHeader: false, tagsFromPlus: true });
    run({ name: 'putSetting', body: { name: 'keeping', value } });
    index(indexed(2, { tags: { header: ['welcome'], plus: ['shop'] } }));
    expect([tagsOf(1), tagsOf(2)]).toEqual([['welcome'], ['shop']]);
  });

  it('are put on new mail by rules, once', () => {
    run({ name: 'putRule', body: { search: 'header:X-Shop:north -subject:2', tag: 'north' } });
    run({ name: 'putRule', body: { search: 'tag:north', tag: 'later rule' } });
    run({ name: 'putRule', body: { search: '(broken', tag: 'never' } });
    index(indexed(1), indexed(2));
    expect([tagsOf(1), tagsOf(2), tagsOf(3)]).toEqual([['later rule', 'north'], [], []]);
    run({ name: 'tag', body: { ids: [1], add: [], remove: ['north', 'later rule'] } });
    db.exec('INSERT INTO unindexed VALUES (1); DELETE FROM search WHERE rowid = 1');
    index(indexed(1), indexed(3));
    expect([tagsOf(1), tagsOf(3)]).toEqual([[], ['later rule', 'north']]);
  });
});

describe('what a person set up', () => {
  it('is there after a restart, under names that differ', async () => {
    const store = await openStore();
    const { desk, mail } = store;
    const id = await desk.putSearch({ name: 'Big', search: 'larger:1M' });
    expect(await desk.putSearch({ name: 'Big', search: 'x' })).toBeUndefined();
    expect(await desk.putSearch({ id: id ?? 0, name: 'Large', search: 'larger:2M' })).toBe(id);
    await desk.putSearch({ name: 'a', search: 'a' });
    expect(desk.searches().map(({ name, search }) => [name, search])).toEqual([
      ['a', 'a'],
      ['Large', 'larger:2M'],
    ]);
    expect(await desk.removeSearch(id ?? 0)).toBe(true);
    expect(await desk.removeSearch(id ?? 0)).toBe(false);
    expect(desk.keeping()).toEqual(USUAL_KEEPING);
    await desk.setKeeping({ ...USUAL_KEEPING, mostDays: 7 });
    expect(desk.keeping()).toEqual({ ...USUAL_KEEPING, mostDays: 7 });
    await store.queue.accept([sampleMessage(1), sampleMessage(2)]);
    await mail.tag([1, 2], { add: ['x'], remove: [] });
    expect(mail.folders().tags).toEqual([{ name: 'x', total: 2, unread: 2 }]);
    expect(mail.get(1)?.tags).toEqual(['x']);
    const page = await mail.list({ folder: { kind: 'tag', name: 'X' }, search: '', limit: 5 });
    expect(page.messages.map((row) => [row.id, row.tags])).toEqual([
      [2, ['x']],
      [1, ['x']],
    ]);
    await mail.remove([1]);
    expect(await mail.removeTag('X')).toEqual([1, 2]);
    expect(mail.folders().tags).toEqual([]);
    await store.close();
  });
});
