import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
  type ConfigFolder,
} from './fakes.ts';
import type { MatchKind } from './match-list.ts';
import { createMatchList } from './match-list.ts';
import { createTables } from './tables.ts';

let folder: ConfigFolder | undefined;

afterEach(() => {
  folder?.remove();
});

/** A list with the value given; `plain` is a parameter in parent_domain_matches_subdomains. */
function list(
  value: string,
  kind: MatchKind,
  style: 'dot' | 'plain' = 'dot',
  files: Record<string, string> = {},
) {
  const made = createConfigFolder(
    'compatibility_level = 3.6\nmyhostname = localhost\nparent_domain_matches_subdomains = plain\n',
    files,
  );
  folder = made;
  const config = loadConfig(made.directory);
  const tables = createTables({
    config,
    compiled: createMemoryTables(),
    users: createFakeUsers([]),
    log: createRecordedLog().factory,
    clock: { now: () => 0 },
  });
  const text = value.replaceAll('DIR', made.directory);
  return createMatchList({ config, tables, parameter: style, kind, value: text });
}

describe('a list of names', () => {
  it.each([
    ['localhost, a.test', 'A.Test', 'found'],
    ['a.test', 'x.a.test', 'absent'],
    ['!a.test, a.test', 'a.test', 'absent'],
    ['!!a.test', 'a.test', 'found'],
    ['!a.test, static:all', 'b.test', 'found'],
    ['inline:{a.test=x}', 'A.test', 'found'],
    ['inline:{a.test=x}', 'x.a.test', 'absent'],
    ['!inline:{a.test=x} static:all', 'a.test', 'absent'],
    ['fail:x', 'a.test', 'unavailable'],
    ['a.test fail:x', 'a.test', 'found'],
    ['/nowhere/file', 'a.test', 'unavailable'],
    ['DIR/file', 'two.test', 'found'],
    ['!DIR/file', 'two.test', 'absent'],
    ['!DIR/file', 'three.test', 'found'],
    ['', 'a.test', 'absent'],
  ])('%s: %s is %s', async (value, name, kind) => {
    const files = { file: '# comment\none.test\n  two.test !three.test\n' };
    expect((await list(value, 'string', 'dot', files).match(name)).kind).toBe(kind);
  });
});

describe('a list of domains', () => {
  it.each([
    ['a.test', 'x.a.test', 'plain', 'found'],
    ['a.test', 'xa.test', 'plain', 'absent'],
    ['a.test', 'x.a.test', 'dot', 'absent'],
    ['.a.test', 'x.a.test', 'dot', 'found'],
    ['.a.test', 'a.test', 'dot', 'absent'],
    ['inline:{a.test=1}', 'x.y.a.test', 'plain', 'found'],
    ['inline:{.a.test=1}', 'x.y.a.test', 'dot', 'found'],
    ['inline:{.a.test=1}', 'x.y.a.test', 'plain', 'absent'],
    ['inline:{test=1}', 'x.test', 'plain', 'found'],
  ] as const)('%s: %s (%s) is %s', async (value, name, style, kind) => {
    expect((await list(value, 'domain', style).match(name)).kind).toBe(kind);
  });
});

describe('a list of clients', () => {
  it.each([
    ['127.0.0.0/8', '', '127.0.0.9', 'found'],
    ['127.0.0.1/32 [::1]/128', '', '127.0.0.2', 'absent'],
    ['127.0.0.1/32 [::1]/128', '', '::1', 'found'],
    ['[::1]', '', '0:0:0:0:0:0:0:1', 'found'],
    ['127.0.0.1', 'unknown', '127.0.0.1', 'found'],
    ['!127.0.0.5 127.0.0.0/8', '', '127.0.0.5', 'absent'],
    ['host.test', 'HOST.test', '10.0.0.1', 'found'],
    ['.test', 'host.test', '10.0.0.1', 'found'],
    ['inline:{10.0.0.1=x}', 'host.test', '10.0.0.1', 'found'],
    ['cidr:DIR/net', '', '10.1.2.3', 'found'],
    ['10.0.0.1/8', '', '10.0.0.1', 'unavailable'],
  ])('%s: %s [%s] is %s', async (value, name, address, kind) => {
    const clients = list(value, 'namadr', 'dot', { net: '10.0.0.0/8 OK\n' });
    expect((await clients.match(name, address)).kind).toBe(kind);
  });

  it('says which pattern matched', async () => {
    expect(await list('10.0.0.0/8 127.0.0.0/8', 'namadr').match('', '127.0.0.1')).toEqual({
      kind: 'found',
      pattern: '127.0.0.0/8',
    });
  });
});
