/** Changes of the configuration, compared, applied and taken back, over a real sandbox that listens to nobody. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { createEngine } from './engine.ts';
import { openFolders } from './folders.ts';

let folder: string;
let configDir: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-config-'));
  configDir = path.join(folder, 'config');
  sandbox = await createSandbox({ configDir, dataDir: path.join(folder, 'data'), listen: false });
});
afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const calls = () => sandbox.client.config;
const onDisk = (name: string) => readFileSync(path.join(configDir, name), 'utf8');

async function apply(texts: Readonly<Record<string, string>>) {
  const files: Record<string, { text: string; version: string }> = {};
  for (const [name, text] of Object.entries(texts)) {
    const version = existsSync(path.join(configDir, name)) ? (await calls().read({ name })).version : '';
    files[name] = { text, version };
  }
  return calls().apply({ files });
}

test('a draft is compared by what it means: values that follow, services, entries', async () => {
  const main = onDisk('main.cf').replace('mydomain = localdomain', 'mydomain = shop.test');
  const master = onDisk('master.cf').replace('  -o smtpd_reject_unlisted_recipient=no\n', '');
  const aliases = `${onDisk('aliases').replace('postmaster: root', 'postmaster: you')}new: root\n`;
  const { parameters, services, entries } = await calls().compare({
    files: { 'main.cf': main, 'master.cf': master, aliases },
  });
  expect(parameters).toContainEqual({ name: 'mydomain', before: 'localdomain', after: 'shop.test' });
  expect(parameters).toContainEqual({
    name: 'mydestination',
    before: 'localhost, localhost.localdomain, localhost',
    after: 'localhost, localhost.shop.test, localhost',
  });
  expect(services).toMatchObject([
    { name: '127.0.0.1:1025/inet', before: expect.stringContaining('unlisted_recipient=no') as string },
  ]);
  expect(entries).toEqual([
    { file: 'aliases', name: 'new', after: 'root' },
    { file: 'aliases', name: 'postmaster', before: 'root', after: 'you' },
  ]);
});

test('a comment changes no meaning, and a draft that cannot be used has none', async () => {
  const same = await calls().compare({ files: { 'main.cf': `# note\n${onDisk('main.cf')}` } });
  expect(same).toEqual({ parameters: [], services: [], entries: [] });
  const bad = await calls().compare({ files: { 'main.cf': 'nonsense\n' } });
  expect(bad.failure).toMatch(/missing '='/);
});

test('each apply is a revision, and one goes back to any, new files and edits by hand included', async () => {
  const first = onDisk('main.cf');
  await apply({
    'main.cf': `${first}virtual_alias_maps = lmdb:$config_directory/virtual\n`,
    virtual: 'a@b.test you\n',
  });
  await apply({ 'main.cf': `${onDisk('main.cf')}soft_bounce = yes\n` });
  writeFileSync(path.join(configDir, 'aliases'), `${onDisk('aliases')}byhand: you\n`);
  await apply({ 'main.cf': `${onDisk('main.cf')}delay_warning_time = 1h\n` });
  const { revisions } = await calls().revisions();
  expect(revisions.map(({ number, what, files }) => [number, what, files])).toEqual([
    [5, 'edited main.cf', ['main.cf']],
    [4, 'changed elsewhere: aliases', ['aliases']],
    [3, 'edited main.cf', ['main.cf']],
    [2, 'edited main.cf, virtual', ['main.cf', 'virtual']],
    [1, 'as found', ['aliases', 'main.cf', 'master.cf']],
  ]);
  const third = await calls().revision({ number: 3 });
  expect(third.texts['main.cf']).toMatch(/soft_bounce = yes\n$/);
  expect(third.before['main.cf']).not.toContain('soft_bounce');
  expect(third.now['main.cf']).toContain('delay_warning_time');
  expect(await calls().restore({ number: 1 })).toEqual({ revision: 6, problems: [] });
  expect(onDisk('main.cf')).toBe(first);
  expect(existsSync(path.join(configDir, 'virtual'))).toBe(false);
  expect(onDisk('aliases')).not.toContain('byhand');
  expect((await calls().revisions({ limit: 1 })).revisions[0]?.what).toBe('back to revision 1');
  await calls().restore({ number: 5 });
  expect(onDisk('virtual')).toBe('a@b.test you\n');
  expect(onDisk('aliases')).toContain('byhand');
  await expect(calls().restore({ number: 99 })).rejects.toThrow('There is no revision 99');
});

test('a table that the new settings name for the first time is compiled', async () => {
  const main = `${onDisk('main.cf')}virtual_alias_maps = lmdb:$config_directory/virtual\n`;
  expect(await apply({ 'main.cf': main, virtual: 'a@b.test root\n' })).toEqual({ revision: 2, problems: [] });
  const { fates } = await sandbox.client.trace.run({ recipients: ['a@b.test'] });
  expect(fates).toMatchObject([{ status: 'delivered', address: 'root@localhost' }]);
  expect((await calls().check({})).problems).toEqual([]);
});

test('a revision with errors is gone back to only when that is wanted', async () => {
  const bad = `${onDisk('main.cf')}hopcount_limit = none\n`;
  const { version } = await calls().read({ name: 'main.cf' });
  await calls().apply({ files: { 'main.cf': { text: bad, version } }, force: true });
  await calls().restore({ number: 1 });
  await expect(calls().restore({ number: 2 })).rejects.toMatchObject({ code: 'UNPROCESSABLE_CONTENT' });
  expect(onDisk('main.cf')).not.toContain('hopcount_limit');
  expect(await calls().restore({ number: 2, force: true })).toMatchObject({ revision: 4 });
});

test('who is told that the configuration changed finds its tables compiled', async () => {
  const own = { configDir: path.join(folder, 'own'), dataDir: path.join(folder, 'own-data') };
  const folders = await openFolders({ ...own, isBrief: true });
  const { calls: engine } = await createEngine({ ...folders, ...own });
  const seen: ReturnType<typeof engine.config.check>[] = [];
  engine.subscribe(({ kind }) => {
    if (kind === 'config') seen.push(engine.config.check({}));
  });
  const main = await engine.config.read('main.cf');
  const text = `${main?.text ?? ''}virtual_alias_maps = lmdb:$config_directory/virtual\n`;
  const files = {
    'main.cf': { text, version: main?.version ?? '' },
    virtual: { text: 'a@b.test root\n', version: '' },
  };
  expect(await engine.config.apply(files, false)).toMatchObject({ kind: 'applied' });
  expect(await Promise.all(seen)).toEqual([[]]);
  folders.mailLog.close();
  await folders.store.close();
});
