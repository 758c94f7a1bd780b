import { utimesSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createConfigFolder, createMemoryTables, createRecordedLog, type ConfigFolder } from './fakes.ts';
import { runPostmap, type PostmapCommand } from './postmap.ts';

const MAIN_CF =
  'compatibility_level = 3.6\nmyhostname = localhost\nalias_database = lmdb:$config_directory/aliases\n';

let folder: ConfigFolder | undefined;

afterEach(() => {
  folder?.remove();
  folder = undefined;
});

/** A shell with one configuration folder: `run('postmap -s lmdb:DIR/t')`. */
function shell(files: Readonly<Record<string, string>>) {
  const made = createConfigFolder(MAIN_CF, files);
  folder = made;
  const log = createRecordedLog();
  const compiled = createMemoryTables();
  const clock = { now: () => Date.now() };
  const shorten = (text: string): readonly string[] =>
    text
      .replaceAll(made.directory, 'DIR')
      .replace(/\n$/, '')
      .split('\n')
      .filter((line) => line !== '');
  return {
    directory: made.directory,
    compiled,
    log,
    run: async (command: PostmapCommand, args: readonly string[], stdin?: string) => {
      const words = args.map((word) => word.replaceAll('DIR', made.directory));
      const deps = { configDir: made.directory, compiled, log: log.factory, clock };
      const { exit, stdout, stderr } = await runPostmap(command, words, stdin, deps);
      return { exit, out: shorten(stdout), err: shorten(stderr) };
    },
  };
}

const ok = { exit: 0, out: [] as readonly string[], err: [] as readonly string[] };

describe('postmap', () => {
  const files = {
    t: 'User@Example.com REJECT\nuser@example.com OK\nnovalue\n# comment\ncont one\n two\n"quoted key" v\nTrailing   spaces   \n',
    ok: 'a  1\nB 2\n',
  };

  it('builds a table, warning about duplicate keys and missing values', async () => {
    const { run } = shell(files);
    expect(await run('postmap', ['lmdb:DIR/t'])).toEqual({
      ...ok,
      err: [
        'postmap: warning: lmdb:DIR/t: duplicate entry: "user@example.com"',
        'postmap: warning: DIR/t, line 3: expected format: key whitespace value',
      ],
    });
    expect(await run('postmap', ['-s', 'lmdb:DIR/t'])).toEqual({
      ...ok,
      out: ['"quoted key"\tv', 'cont\tone two', 'trailing\tspaces', 'user@example.com\tREJECT'],
    });
  });

  it('folds keys unless -f is given', async () => {
    const { run } = shell(files);
    await run('postmap', ['lmdb:DIR/ok']);
    expect(await run('postmap', ['-q', 'b', 'lmdb:DIR/ok'])).toEqual({ ...ok, out: ['2'] });
    await run('postmap', ['-f', 'lmdb:DIR/ok']);
    expect(await run('postmap', ['-s', 'lmdb:DIR/ok'])).toEqual({ ...ok, out: ['B\t2', 'a\t1'] });
  });

  it('is silent and exits 1 when a key is not found', async () => {
    const { run } = shell(files);
    await run('postmap', ['lmdb:DIR/t']);
    expect(await run('postmap', ['-q', 'quoted key', 'lmdb:DIR/t'])).toEqual({ ...ok, exit: 1 });
  });

  it('remembers the line of each entry', async () => {
    const { run, compiled, directory } = shell(files);
    await run('postmap', ['lmdb:DIR/t']);
    expect(compiled.open(`${directory}/t`, 'lmdb')?.lookup('cont')?.line).toBe(5);
  });

  it.each([
    [['texthash:DIR/ok'], 'unsupported dictionary type: texthash does not support bulk-mode creation.'],
    [['regexp:DIR/ok'], 'unsupported dictionary type: regexp does not support bulk-mode creation.'],
    [['nosuch:DIR/ok'], 'unsupported dictionary type: nosuch. Is the postfix-nosuch package installed?'],
    [['lmdb:DIR/absent'], 'open DIR/absent: No such file or directory'],
    [['-q', 'x', 'lmdb:DIR/absent'], 'open database DIR/absent.lmdb: No such file or directory'],
    [['-q', 'x', 'fail:1'], 'table fail:1: query error: Application error'],
  ])('fails for %j', async (args, message) => {
    const { run } = shell(files);
    expect(await run('postmap', args)).toEqual({ exit: 1, out: [], err: [`postmap: fatal: ${message}`] });
  });

  it.each([
    ['a', 'texthash:DIR/ok', '1'],
    ['a', 'inline:{a=1, b=2}', '1'],
    ['x', 'static:{any value}', 'any value'],
    ['x', 'unionmap:{static:1,static:2}', '1,2'],
    ['a', 'pipemap:{inline:{a=b},inline:{b=c}}', 'c'],
  ])('finds %s in %s', async (key, table, value) => {
    const { run } = shell(files);
    expect(await run('postmap', ['-q', key, table])).toEqual({ ...ok, out: [value] });
  });

  it.each([
    [['-x'], ["invalid option -- 'x'", 'fatal: usage: postmap [-bfFhimnNoprsuUvw]']],
    [['-q'], ["option requires an argument -- 'q'", 'fatal: usage: postmap']],
    [['-b', 'lmdb:DIR/ok'], ['fatal: specify -b -h or -m only with "-q -"']],
    [['-d', 'a', 'regexp:DIR/ok'], ['fatal: regexp:DIR/ok map requires O_RDONLY access mode']],
    [['-d', 'a', 'lmdb:DIR/absent'], []],
    [['dbx:DIR/ok'], ['fatal: unsupported dictionary type: dbx. Is the postfix-dbx package installed?']],
    [['-q', 'a', 'dbx:DIR/ok'], ['fatal: unsupported dictionary type: dbx']],
    [['-q', 'a', 'static:'], ['fatal: open dictionary: expecting "type:name" form instead of "static:"']],
    [
      ['-q', 'x', 'unionmap:{static:1,fail:x}'],
      ['fatal: table unionmap:{static:1,fail:x}: query error: Application error'],
    ],
    [['-q', 'x', 'socketmap:bad'], ['fatal: socketmap requires server:socketmap argument']],
    [['-q', 'x', 'regexp:{/x/ y}'], [`fatal: regexp map: no '{' at start of text in "/x/"`]],
  ])('postmap %j: exit status 1', async (args, complaints) => {
    const { exit, err } = await shell(files).run('postmap', args);
    expect(exit).toBe(1);
    expect(err).toHaveLength(complaints.length);
    complaints.forEach((text, i) => {
      expect(err[i]).toContain(`postmap: ${text}`);
    });
  });

  it('takes the rules of a pattern table from braces, without a file', async () => {
    const { run } = shell(files);
    expect(await run('postmap', ['-q', 'y', 'pcre:{{/x/ one}, {/y/ two}}'])).toEqual({ ...ok, out: ['two'] });
    expect((await run('postmap', ['-q', 'y', 'texthash:{{y z}}'])).err).toEqual([
      'postmap: fatal: open database {{y z}}: No such file or directory',
    ]);
  });

  it('warns of a text file that has a key twice, which no daemon could use', async () => {
    const { run } = shell({ th: 'a 1\na 2\n' });
    expect(await run('postmap', ['-q', 'a', 'texthash:DIR/th'])).toEqual({
      ...ok,
      out: ['1'],
      err: ['postmap: warning: DIR/th, line 2: duplicate entry: "a"'],
    });
  });

  it('names the file of a Berkeley DB table in warnings', async () => {
    const { run } = shell({ h: 'a 1\na 2\n' });
    expect((await run('postmap', ['hash:DIR/h'])).err).toEqual([
      'postmap: warning: DIR/h.db: duplicate entry: "a"',
    ]);
  });

  it('looks up the lines of a body, boundaries too, and plain lines for -m alone', async () => {
    const { run } = shell({ h: '/./ x\n' });
    const message = 'Content-Type: multipart/mixed; boundary=b\n\n--b\nX-Part: 1\n\nline\n--b--\n';
    const lines = async (options: string) =>
      (await run('postmap', [options, '-', 'regexp:DIR/h'], message)).out.map((line) => line.split('\t')[0]);
    expect(await lines('-bmq')).toEqual(['--b', 'line', '--b--']);
    expect(await lines('-mq')).toHaveLength(5);
  });

  it('looks up the headers of a message with -h, folded ones whole', async () => {
    const { run } = shell({ h: '/^(Subject): (.*)/ $1=$2 \\$1 $$1\n' });
    const message = 'X-Any: ab\nSubject: folded\n line\n\nbody\n';
    const { out } = await run('postmap', ['-h', '-q', '-', 'regexp:DIR/h'], message);
    expect(out.join('\n')).toBe('Subject: folded\n line\tSubject=folded\n line \\Subject $1');
  });
});

describe('postalias', () => {
  const aliases =
    '  leading: white space\npostmaster: root\nno colon here\nuser@localhost: alice\ndup: alice\nDUP: bob\nempty:\nempty2: ,\ncont: alice,\n# comment between\n\n\tbob\nunterminated: "alice\nparen: alice (Alice A.)\ntwo words: bob\n:nothing\nfinal: carol';
  const warnings = [
    'DIR/aliases: logical line must not start with whitespace: "  leading: white space"',
    'DIR/aliases, line 3: need name:value pair',
    'DIR/aliases, line 4: name must be local',
    'lmdb:DIR/aliases: duplicate entry: "dup"',
    'DIR/aliases, line 7: need name:value pair',
    'DIR/aliases, line 16: need name:value pair',
  ].map((text) => `postalias: warning: ${text}`);

  it('warns about bad lines, and so does newaliases, in the name of postalias', async () => {
    const { run } = shell({ aliases });
    expect(await run('postalias', ['lmdb:DIR/aliases'])).toEqual({ ...ok, err: warnings });
    expect(await run('newaliases', [])).toEqual({ ...ok, err: warnings });
    const { err } = await run('postalias', ['-w', 'lmdb:DIR/aliases']);
    expect(err).toEqual(warnings.filter((line) => !line.includes('duplicate')));
  });

  it('lists entries with the signatures of sendmail and NIS', async () => {
    const { run } = shell({ aliases });
    await run('postalias', ['lmdb:DIR/aliases']);
    const { out } = await run('postalias', ['-s', 'lmdb:DIR/aliases']);
    expect(out.map((line) => line.replace(/\d{10}/, 'TIME'))).toEqual([
      '@:\t@',
      'YP_LAST_MODIFIED:\tTIME',
      'YP_MASTER_NAME:\tlocalhost',
      'cont:\talice, bob',
      'dup:\talice',
      'empty2:\t, ',
      'final:\tcarol',
      'paren:\talice (Alice A.)',
      'postmaster:\troot',
      'two words:\tbob',
      'unterminated:\t"alice"',
    ]);
  });

  it('adds, replaces, queries and deletes entries', async () => {
    const { run } = shell({ aliases: 'postmaster: root\none: alice\ntwo: bob\n' });
    await run('postalias', ['lmdb:DIR/aliases']);
    expect(await run('postalias', ['-i', 'lmdb:DIR/aliases'], 'three: carol\none: other\n')).toEqual({
      ...ok,
      err: ['postalias: warning: lmdb:DIR/aliases: duplicate entry: "one"'],
    });
    expect(await run('postalias', ['-i', '-r', 'lmdb:DIR/aliases'], 'one: replaced\n')).toEqual(ok);
    expect(await run('postalias', ['-q', '-', 'lmdb:DIR/aliases'], 'one\nnone\nthree\n')).toEqual({
      ...ok,
      out: ['one:\treplaced', 'three:\tcarol'],
    });
    expect(await run('postalias', ['-d', 'two', 'lmdb:DIR/aliases'])).toEqual(ok);
    expect(await run('postalias', ['-d', 'two', 'lmdb:DIR/aliases'])).toEqual({ ...ok, exit: 1 });
  });

  it.each([
    ['newaliases', [], 'open DIR/aliases: No such file or directory'],
    ['postalias', ['lmdb:DIR/nofile'], 'open DIR/nofile: No such file or directory'],
    ['postalias', ['nosuchtype:DIR/aliases'], 'open DIR/aliases: No such file or directory'],
    [
      'postalias',
      ['-q', 'x', 'lmdb:DIR/aliases'],
      'open database DIR/aliases.lmdb: No such file or directory',
    ],
  ] as const)('%s %j fails when there is no source', async (command, args, message) => {
    const { run } = shell({});
    expect(await run(command, args)).toEqual({ exit: 1, out: [], err: [`postalias: fatal: ${message}`] });
  });

  it('says when the source is newer than the database, but not at once', async () => {
    const { run, directory, compiled } = shell({ aliases: 'list: alice\n' });
    const hourAgo = createMemoryTables(() => Date.now() - 3_600_000);
    await hourAgo.replace(`${directory}/aliases`, 'lmdb', [{ key: 'list', value: 'alice' }], null);
    compiled.open = (file, type) => hourAgo.open(file, type);
    expect(await run('postalias', ['-q', 'list', 'lmdb:DIR/aliases'])).toEqual({ ...ok, out: ['alice'] });
    const seconds = Date.now() / 1000 - 500;
    utimesSync(`${directory}/aliases`, seconds, seconds);
    expect(await run('postalias', ['-q', 'list', 'lmdb:DIR/aliases'])).toEqual({
      ...ok,
      out: ['alice'],
      err: ['postalias: warning: database DIR/aliases.lmdb is older than source file DIR/aliases'],
    });
  });
});

describe('pattern tables', () => {
  const re =
    '# c\n/^abc$/ low\n/^ABC$/i flagged\n!/@/ no at sign\nif /@example\\.com$/\n/^(.*)@(.*)$/ local=$1 domain=${2} dollar=$$\nendif\n/bad(/ x\n/noresult/\n';
  const reWarnings = [
    'postmap: warning: regexp map DIR/re, line 8: Unmatched ( or \\(',
    'postmap: warning: regexp map DIR/re, line 9: no replacement text: using empty string',
  ];

  it.each([
    ['abc', 'low'],
    ['ABC', 'low'],
    ['noat', 'no at sign'],
    ['u@example.com', 'local=u domain=example.com dollar=$'],
    ['u@other.com', undefined],
  ])('regexp: %s -> %s', async (key, value) => {
    const { run } = shell({ re });
    const { exit, out, err } = await run('postmap', ['-q', key, 'regexp:DIR/re']);
    expect({ exit, out }).toEqual({
      exit: value === undefined ? 1 : 0,
      out: value === undefined ? [] : [value],
    });
    expect([...err].sort()).toEqual([...reWarnings].sort());
  });

  const pc = '/^(?<n>\\w+)@x$/ hit $1 ${1}y $(1)\n/unterminated\nif !/z/\n/^q/ Q\nendif\nendif\n';

  it.each([
    ['a@x', 'hit a ay a'],
    ['q', 'Q'],
    ['qz', undefined],
  ])('pcre: %s -> %s', async (key, value) => {
    const { run } = shell({ pc });
    expect(await run('postmap', ['-q', key, 'pcre:DIR/pc'])).toEqual({
      exit: value === undefined ? 1 : 0,
      out: value === undefined ? [] : [value],
      err: [
        'postmap: warning: pcre map DIR/pc, line 2: no closing regexp delimiter "/": ignoring this rule',
        'postmap: warning: pcre map DIR/pc, line 6: ignoring ENDIF without matching IF',
      ],
    });
  });

  const ci =
    '127.0.0.0/8 loop\n10.0.0.0/33 bad\n10.0.0.1/8 hostbits\n192.168.1.1 host\n::1 six\n!172.16.0.0/12 not172\n';

  it.each([
    ['127.0.0.1', 'loop'],
    ['192.168.1.1', 'host'],
    ['172.16.0.1', undefined],
    ['::1', 'six'],
    ['10.0.0.1', 'not172'],
    ['junk', undefined],
  ])('cidr: %s -> %s', async (key, value) => {
    const { run } = shell({ ci });
    expect(await run('postmap', ['-q', key, 'cidr:DIR/ci'])).toEqual({
      exit: value === undefined ? 1 : 0,
      out: value === undefined ? [] : [value],
      err: [
        'postmap: warning: cidr map DIR/ci, line 2: bad mask length in "10.0.0.0/33": skipping this rule',
        'postmap: warning: cidr map DIR/ci, line 3: non-null host address bits in "10.0.0.1/8", perhaps you should use "10.0.0.0/8" instead: skipping this rule',
      ],
    });
  });
});
