import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../mail/refusal.ts';
import type { Store } from './store.ts';
import { nextChange, openStore, removeTemporaryFolders, temporaryFolder } from './testing.ts';

const refusal = (n: number): Refusal => ({
  at: n,
  clientName: 'localhost',
  clientAddress: '127.0.0.1',
  helo: 'client',
  sender: `s${n}@x`,
  recipient: 'r@x',
  stage: 'RCPT',
  reply: '550 5.1.1 <r@x>: Recipient address rejected',
  transcript: [{ at: n, from: 'client', line: 'RCPT TO:<r@x>' }],
  journey: [{ at: n, program: 'smtpd', verdict: 'bad', what: 'rejected' }],
});

describe('the smaller stores', () => {
  let dataDir: string;
  let store: Store;
  beforeEach(async () => {
    dataDir = temporaryFolder();
    store = await openStore(dataDir);
  });
  afterEach(() => store.close());
  afterAll(removeTemporaryFolders);

  it('gives each user a real home, whatever the case of the name', async () => {
    const user = await store.users.add('You');
    expect(existsSync(user.home)).toBe(true);
    expect(await store.users.add('you')).toEqual(user);
    expect(store.users.find('YOU')).toEqual(user);
    expect(store.users.find('alice')).toBeUndefined();
    await store.close();
    store = await openStore(dataDir);
    expect(store.users.list()).toEqual([user]);
    expect(await store.users.remove('yoU')).toBe(true);
    expect(await store.users.remove('you')).toBe(false);
    expect(store.users.list()).toEqual([]);
  });

  it('replaces a compiled table as a whole; of equal keys the first counts', async () => {
    expect(store.compiled.open('/etc/aliases', 'hash')).toBeUndefined();
    const before = store.compiled.version();
    await store.compiled.replace('/etc/aliases', 'hash', [{ key: 'old', value: 'x' }], null);
    const entries = [
      { key: 'root', value: 'you', line: 3 },
      { key: 'root', value: 'late', line: 4 },
      { key: 'Ä', value: 'ö' },
    ];
    await store.compiled.replace('/etc/aliases', 'hash', entries, 1234);
    expect(store.compiled.version()).toBe(before + 2);
    const table = store.compiled.open('/etc/aliases', 'hash');
    expect(table?.sourceModifiedAt).toBe(1234);
    expect(table?.lookup('root')).toEqual({ key: 'root', value: 'you', line: 3 });
    expect(table?.lookup('old')).toBeUndefined();
    expect([...(table?.entries() ?? [])].map((e) => e.key)).toEqual(['root', 'Ä']);
    expect(store.compiled.open('/etc/aliases', 'lmdb')).toBeUndefined();
  });

  it('keeps revisions of the configuration, equal texts once', async () => {
    expect(store.revisions.latest()).toBe(0);
    expect(await store.revisions.add('start', { 'main.cf': 'a', aliases: 'b' })).toBe(1);
    expect(await store.revisions.add('edit', { 'main.cf': 'c', aliases: 'b' })).toBe(2);
    expect(store.revisions.list(1)).toMatchObject([{ number: 2, what: 'edit' }]);
    expect(store.revisions.get(1)?.files).toEqual({ 'main.cf': 'a', aliases: 'b' });
    expect(store.revisions.get(3)).toBeUndefined();
    expect(store.revisions.latest()).toBe(2);
  });

  it('tells which files a revision changed, and which recipe it came from', async () => {
    const { revisions } = store;
    await revisions.add('start', { 'main.cf': 'a', aliases: 'b', gone: 'c' });
    await revisions.add(
      'recipe',
      { 'main.cf': 'x', aliases: 'b', virtual: 'v' },
      { id: 'block', action: 'apply' },
    );
    await revisions.add('taken back', { 'main.cf': 'a', aliases: 'b' }, { id: 'block', action: 'undo' });
    expect([...revisions.changedFiles(2)].sort()).toEqual(['gone', 'main.cf', 'virtual']);
    expect([...revisions.changedFiles(1)].sort()).toEqual(['aliases', 'gone', 'main.cf']);
    expect(revisions.latestOf('block')).toMatchObject({ number: 3, recipe: { id: 'block', action: 'undo' } });
    expect(revisions.latestOf('other')).toBeUndefined();
    expect(revisions.list(1)[0]?.recipe).toEqual({ id: 'block', action: 'undo' });
    expect(revisions.get(1)?.recipe).toBeUndefined();
  });

  it('keeps DNS records by name, one forced answer for each, and nothing else after a replacement', async () => {
    const a = { name: 'x.test', type: 'A', value: '127.0.0.1', ttl: 60 } as const;
    const mx = { name: 'x.test', type: 'MX', preference: 10, value: 'Mail.test', ttl: 60 } as const;
    const forced = (type: 'SERVFAIL' | 'TIMEOUT') => ({ name: 'x.test', type, value: '', ttl: 60 }) as const;
    expect(store.dns.isEmpty()).toBe(true);
    await store.dns.put([a, mx, forced('SERVFAIL')]);
    await store.dns.put([{ ...mx, preference: 20, ttl: 5 }, forced('TIMEOUT')]);
    expect(store.dns.find('x.test')).toEqual([a, { ...mx, preference: 20, ttl: 5 }, forced('TIMEOUT')]);
    expect(store.dns.find('y.test')).toEqual([]);
    expect(await store.dns.remove({ name: 'x.test', type: 'MX', value: 'mail.TEST' })).toBe(1);
    expect(await store.dns.remove({ name: 'x.test', type: 'MX' })).toBe(0);
    await store.close();
    store = await openStore(dataDir);
    expect(store.dns.list()).toEqual([a, forced('TIMEOUT')]);
    await store.dns.put([{ ...a, name: 'z.test' }], { replaces: true });
    expect(store.dns.list()).toEqual([{ ...a, name: 'z.test' }]);
    expect(await store.dns.remove({})).toBe(1);
    expect(store.dns.isEmpty()).toBe(true);
  });

  it('keeps drafts with what is attached to them, until they are thrown away', async () => {
    const id = (await store.drafts.save('{"subject":"a"}')) ?? 0;
    const bytes = Buffer.from([0, 255, 10]);
    const given = { name: 'ä.bin', type: 'application/x', contentId: 'a@b' };
    const file = (await store.drafts.attach(id, { ...given, bytes })) ?? 0;
    expect(await store.drafts.save('{"subject":"b"}', id)).toBe(id);
    await store.close();
    store = await openStore(dataDir);
    const files = [{ id: file, ...given, size: 3 }];
    expect(store.drafts.get(id)).toMatchObject({ id, fields: '{"subject":"b"}', files });
    expect(Buffer.from(store.drafts.bytes(id, file) ?? []).equals(bytes)).toBe(true);
    expect(store.drafts.bytes(id + 1, file)).toBeUndefined();
    expect(await store.drafts.detach(id + 1, file)).toBe(false);
    expect(await store.drafts.detach(id, file)).toBe(true);
    expect(await store.drafts.remove([id, 99])).toBe(1);
    expect(store.drafts.list(10)).toEqual([]);
    expect(await store.drafts.save('{}', id)).toBeUndefined();
    expect(await store.drafts.attach(id, { ...given, bytes })).toBeUndefined();
  });

  it('keeps refusals with their transcript', async () => {
    const added = nextChange(store, (c) => c.isRefusalAdded);
    store.refusals.add(refusal(1));
    await added;
    expect(store.refusals.get(1)).toEqual({ id: 1, ...refusal(1) });
    expect(store.refusals.get(2)).toBeUndefined();
    expect(store.mail.folders().refused).toBe(1);
  });

  it('keeps no more than the last 5,000 refusals', async () => {
    for (let round = 0; round < 12; round++) {
      const added = nextChange(store, (c) => c.isRefusalAdded);
      for (let n = 0; n < 500; n++) store.refusals.add(refusal(round * 500 + n));
      await added;
      await store.users.add('you');
    }
    while (store.refusals.list({ limit: 1 }).refusals[0]?.at !== 5999) {
      await nextChange(store, (c) => c.isRefusalAdded);
    }
    expect(store.refusals.count()).toBe(5000);
    const { refusals, hasMore } = store.refusals.list({ limit: 500, before: 1501 });
    expect(hasMore).toBe(false);
    expect(refusals.at(-1)).toMatchObject({ id: 1001, at: 1000 });
  });
});
