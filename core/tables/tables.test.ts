import { utimesSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import type { SqliteQuery } from './context.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
  type ConfigFolder,
} from './fakes.ts';
import { createTables, TABLE_TYPES } from './tables.ts';

let folder: ConfigFolder | undefined;

afterEach(() => {
  folder?.remove();
});

function world(files: Readonly<Record<string, string>> = {}, openSqlite?: (path: string) => SqliteQuery) {
  const made = createConfigFolder('compatibility_level = 3.6\nmyhostname = localhost\n', files);
  folder = made;
  const log = createRecordedLog();
  const compiled = createMemoryTables();
  const time = { now: 1_000_000 };
  const tables = createTables({
    config: loadConfig(made.directory),
    compiled,
    users: createFakeUsers(['root', 'alice', 'bob']),
    log: log.factory,
    clock: { now: () => time.now },
    ...(openSqlite === undefined ? {} : { openSqlite }),
  });
  return {
    directory: made.directory,
    write: (name: string, text: string) => made.write(name, text),
    log,
    compiled,
    tables,
    time,
  };
}

/** The store is asked once in each turn of the event loop whether a table was rebuilt. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function valueOf(result: unknown): Promise<string> {
  const answer = (await result) as { kind: string; value?: string };
  return answer.value ?? answer.kind;
}

describe('tables', () => {
  it('knows the types of Postfix that make sense here, and the older indexed ones', () => {
    expect(TABLE_TYPES).toEqual([
      'btree',
      'cdb',
      'cidr',
      'dbm',
      'environ',
      'fail',
      'hash',
      'inline',
      'lmdb',
      'pcre',
      'pipemap',
      'proxy',
      'randmap',
      'regexp',
      'sdbm',
      'socketmap',
      'sqlite',
      'static',
      'tcp',
      'texthash',
      'unionmap',
      'unix',
    ]);
  });

  it.each([
    ['inline:{a=1, b=2}', 'A', '1'],
    ['inline:{ {ab = 1, 2}, c=d }', 'ab', '1, 2'],
    ['inline:{a=1 a=2}', 'a', '2'],
    ['inline:{}', 'a', 'unavailable'],
    ['inline:{a}', 'a', 'unavailable'],
    ['inline:a=1', 'a', 'unavailable'],
    ['static:x y', 'anything', 'x y'],
    ['static:{ x y }', 'anything', 'x y'],
    ['fail:whatever', 'a', 'unavailable'],
    ['environ:', 'no_such_variable', 'unavailable'],
    ['environ:x', 'no_such_variable', 'absent'],
    ['unix:passwd.byname', 'Alice', 'alice:x:1001:1001::/home/alice:/bin/sh'],
    ['unix:passwd.byname', 'nobody', 'absent'],
    ['unix:group.byname', 'root', 'root:x:0:'],
    ['unix:nothing', 'a', 'unavailable'],
    ['unionmap:{inline:{a=1},inline:{b=2},inline:{a=3}}', 'a', '1,3'],
    ['unionmap:{inline:{a=1},inline:{b=2}}', 'c', 'absent'],
    ['unionmap:{inline:{a=1},fail:x}', 'a', 'unavailable'],
    ['pipemap:{inline:{a=b},inline:{b=c}}', 'a', 'c'],
    ['pipemap:{inline:{a=b},inline:{x=y}}', 'a', 'absent'],
    ['randmap:{one}', 'a', 'one'],
    ['randmap:{{one two}}', 'a', '{one two}'],
    ['randmap:{}', 'a', 'unavailable'],
    ['proxy:inline:{a=1}', 'a', '1'],
    ['proxy:unix:passwd.byname', 'bob', 'bob:x:1002:1002::/home/bob:/bin/sh'],
    ['nosuch:x', 'a', 'unavailable'],
    ['no colon', 'a', 'unavailable'],
    ['socketmap:nonsense', 'a', 'unavailable'],
    ['tcp:localhost:smtp', 'a', 'unavailable'],
    ['sqlite:/nowhere', 'a', 'unavailable'],
  ])('%s: %s -> %s', async (specification, key, expected) => {
    expect(await valueOf(world().tables.open(specification).lookup(key))).toBe(expected);
  });

  it('reads a texthash file, whose quoted keys keep their quotes', async () => {
    const { tables, directory, log } = world({ t: 'A 1\n"b c" 2\n"d 3\nkey: 4\nnothing\n' });
    const table = tables.open(`texthash:${directory}/t`);
    expect(await table.lookup('a')).toEqual({
      kind: 'found',
      value: '1',
      table: `texthash:${directory}/t`,
      key: 'a',
      line: 1,
    });
    expect(await valueOf(table.lookup('"b c"'))).toBe('2');
    expect(log.lines).toEqual([
      `smtpd: warning: ${directory}/t, line 3: unbalanced '"' in '"d 3' -- ignoring this line`,
      `smtpd: warning: ${directory}/t, line 4: record is in "key: value" format; is this an alias file?`,
      `smtpd: warning: ${directory}/t, line 5: expected format: key whitespace value -- ignoring this line`,
    ]);
  });

  it('does not trust a texthash file with a key twice', async () => {
    const { tables, directory } = world({ t: 'a 1\nA 2\n' });
    expect(await tables.open(`texthash:${directory}/t`).lookup('a')).toMatchObject({
      kind: 'unavailable',
      reason: `${directory}/t, line 2: duplicate entry: "a"`,
    });
  });
});

describe('opening', () => {
  it('happens at the first look-up, in the name of the program that asks', async () => {
    const { tables, directory, log, compiled } = world();
    const maps = tables.forProgram('local').maps(`lmdb:${directory}/aliases`, 'alias_maps');
    expect(log.lines).toEqual([]);
    await compiled.replace(`${directory}/aliases`, 'lmdb', [{ key: 'a', value: 'b', line: 3 }], null);
    expect(await maps.lookup('A')).toMatchObject({ kind: 'found', value: 'b', line: 3 });
    expect(log.lines).toEqual([]);
  });

  it('that failed is tried again after a reload or when nobody asked for a while', async () => {
    const { tables, directory, log, compiled, time } = world();
    const table = tables.forProgram('local').open(`lmdb:${directory}/aliases`);
    const file = `${directory}/aliases`;
    expect(await valueOf(table.lookup('a'))).toBe('unavailable');
    expect(log.lines).toEqual([
      `local: error: open database ${file}.lmdb: No such file or directory`,
      `local: warning: lmdb:${file} is unavailable. open database ${file}.lmdb: No such file or directory`,
    ]);
    await compiled.replace(file, 'lmdb', [{ key: 'a', value: 'b' }], null);
    time.now += 60_000;
    expect(await valueOf(table.lookup('a'))).toBe('unavailable');
    time.now += 100_000;
    expect(await valueOf(table.lookup('a'))).toBe('b');
  });

  it('sees a rebuilt table in the next turn and an edited file after refresh', async () => {
    const { tables, directory, compiled, write } = world({ re: '/a/ old\n' });
    const file = `${directory}/t`;
    await compiled.replace(file, 'hash', [{ key: 'a', value: 'old' }], null);
    const table = tables.open(`hash:${file}`);
    const pattern = tables.open(`regexp:${directory}/re`);
    expect([await valueOf(table.lookup('a')), await valueOf(pattern.lookup('a'))]).toEqual(['old', 'old']);
    await compiled.replace(file, 'hash', [{ key: 'a', value: 'new' }], null);
    write('re', '/a/ new\n');
    utimesSync(`${directory}/re`, 5, 5);
    await nextTurn();
    expect([await valueOf(table.lookup('a')), await valueOf(pattern.lookup('a'))]).toEqual(['new', 'old']);
    tables.refresh();
    expect(await valueOf(pattern.lookup('a'))).toBe('new');
  });

  it('of an edited file happens again when nobody asked for a while', async () => {
    const { tables, directory, write, time } = world({ ci: '10.0.0.0/8 old\n' });
    const table = tables.open(`cidr:${directory}/ci`);
    expect(await valueOf(table.lookup('10.0.0.1'))).toBe('old');
    write('ci', '10.0.0.0/8 new\n');
    utimesSync(`${directory}/ci`, 5, 5);
    expect(await valueOf(table.lookup('10.0.0.1'))).toBe('old');
    time.now += 100_000;
    expect(await valueOf(table.lookup('10.0.0.1'))).toBe('new');
  });

  it('refuses $1 where what is looked up must not steer the result', async () => {
    const { tables, directory, log } = world({ re: '/(a)/ x$1\n/a/ y\n' });
    const table = tables.open(`regexp:${directory}/re`, { allowsSubstitution: false });
    expect(await valueOf(table.lookup('a'))).toBe('y');
    expect(log.lines[0]).toContain(
      'line 1: regular expression substitution is not allowed: skipping this rule',
    );
    expect(await valueOf(tables.open(`regexp:${directory}/re`).lookup('a'))).toBe('xa');
  });
});

describe('a list of tables', () => {
  it('asks in order, and stops at a table that fails', async () => {
    const { tables } = world();
    expect(await valueOf(tables.maps('inline:{a=1}, inline:{a=2 b=3}').lookup('a'))).toBe('1');
    expect(await valueOf(tables.maps('inline:{a=1}, inline:{a=2 b=3}').lookup('b'))).toBe('3');
    expect(await valueOf(tables.maps('fail:x inline:{a=1}').lookup('a'))).toBe('unavailable');
    expect(await valueOf(tables.maps('inline:{a=1} fail:x').lookup('a'))).toBe('1');
    expect(tables.maps('').isEmpty).toBe(true);
  });

  it('keeps parts of keys from patterns', async () => {
    const { tables, directory } = world({ re: '/a/ pattern\n' });
    const maps = tables.maps(`regexp:${directory}/re, inline:{a=fixed}`);
    expect(await valueOf(maps.lookup('a'))).toBe('pattern');
    expect(await valueOf(maps.lookup('a', { fixedOnly: true }))).toBe('fixed');
  });

  it('never asks for an empty key, and does not accept an empty result', async () => {
    const { tables, log } = world();
    const maps = tables.maps('inline:{a=}', 'canonical_maps');
    expect(await valueOf(maps.lookup(''))).toBe('absent');
    expect(await valueOf(maps.lookup('a'))).toBe('unavailable');
    expect(log.lines).toEqual([
      'smtpd: warning: canonical_maps lookup of a returns an empty string result',
      'smtpd: warning: canonical_maps should return NO RESULT in case of NOT FOUND',
    ]);
  });
});

describe('sqlite', () => {
  it('builds the query from the key and formats the result', async () => {
    const asked: string[] = [];
    const open = (): SqliteQuery => ({
      all: (query) => {
        asked.push(query);
        return [['one'], ['two']];
      },
      close: () => undefined,
    });
    const { tables, directory } = world(
      {
        s: "dbpath = /data/x.db\nquery = SELECT a FROM t WHERE u = '%u' AND d = '%d'\nresult_format = %s@%d\ndomain = x.test\n",
        plain: "dbpath = /data/x.db\nquery = SELECT a FROM t WHERE k = '%s'\n",
      },
      open,
    );
    expect(await valueOf(tables.open(`sqlite:${directory}/plain`).lookup("O'Hara"))).toBe('one,two');
    expect(asked).toEqual(["SELECT a FROM t WHERE k = 'o''hara'"]);
    expect(await valueOf(tables.open(`sqlite:${directory}/s`).lookup('u@other.test'))).toBe('absent');
    expect(await valueOf(tables.open(`sqlite:${directory}/s`).lookup('u'))).toBe('absent');
    expect(asked).toHaveLength(1);
  });
});
