import { afterEach, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createDraftTables } from './drafts.ts';
import { createConfigFolder, createFakeUsers, createMemoryTables, createRecordedLog } from './fakes.ts';
import { createMatchList } from './match-list.ts';
import { createTables } from './tables.ts';

const folder = createConfigFolder('compatibility_level = 3.6\n', {
  texts: 'a from the file\n',
  rules: '/a/ from the file\n',
  hosts: 'old.example\n',
});
afterEach(() => {
  folder.remove();
});

test('drafts stand in place of files and of what postmap and postalias would build, and nothing is written', async () => {
  const at = (name: string) => `${folder.directory}/${name}`;
  const drafts = new Map([
    [at('texts'), 'a from the draft\n'],
    [at('rules'), '/a/ from the draft\n'],
    [at('hosts'), 'new.example\n'],
    [at('virtual'), 'A@B.test c\n'],
    [at('aliases'), 'Root: you\n'],
  ]);
  const compiled = createMemoryTables();
  await compiled.replace(at('virtual'), 'hash', [{ key: 'a@b.test', value: 'built' }], null);
  const config = loadConfig(folder.directory);
  const tables = createTables({
    config,
    compiled: createDraftTables(compiled, drafts, (table) => table === `lmdb:${at('aliases')}`, 1),
    users: createFakeUsers([]),
    log: createRecordedLog().factory,
    clock: { now: () => 1 },
    drafts,
  });
  const found = (table: string, key: string) => tables.open(table.replace('@', at(''))).lookup(key);
  expect(found('texthash:@texts', 'a')).toMatchObject({ value: 'from the draft', line: 1 });
  expect(found('regexp:@rules', 'a')).toMatchObject({ value: 'from the draft' });
  expect(found('hash:@virtual', 'a@b.test')).toMatchObject({ value: 'c', line: 1 });
  expect(found('lmdb:@aliases', 'root')).toMatchObject({ value: 'you' });
  const list = createMatchList({
    config,
    tables,
    parameter: 'relay_domains',
    kind: 'domain',
    value: at('hosts'),
  });
  expect((await list.match('new.example')).kind).toBe('found');
  expect((await list.match('old.example')).kind).toBe('absent');
  expect(compiled.open(at('virtual'), 'hash')?.lookup('a@b.test')).toMatchObject({ value: 'built' });
  expect(compiled.open(at('aliases'), 'lmdb')).toBeUndefined();
});
