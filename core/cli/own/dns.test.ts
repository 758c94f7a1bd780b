import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './dns.ts';

async function open(isRunning: boolean) {
  const context = await createTestContext({ isRunning });
  onTestFinished(() => context.close());
  const dns = async (...args: readonly string[]) => {
    context.printed.out = '';
    const exit = await run(context, args);
    return [exit, context.printed.out] as const;
  };
  return { context, dns };
}

const fileIn = (context: TestContext, text: string): string => {
  const file = path.join(context.folders.dataDir, 'zone');
  writeFileSync(file, text);
  return file;
};

describe.each([
  ['running', true],
  ['stopped', false],
])('dns, on a sandbox that is %s', (_, isRunning) => {
  it('adds, lists, looks up and removes', async () => {
    const { dns } = await open(isRunning);
    expect(await dns('lookup', 'example.com', 'MX')).toEqual([1, 'example.com MX: no name server answers\n']);
    expect(await dns('add', 'Example.com.', 'MX', '10', 'mail.example.com')).toEqual([
      0,
      'added example.com  3600  MX  10 mail.example.com.\n',
    ]);
    await dns('add', 'mail.example.com', '60', 'a', '127.0.0.2');
    await dns('add', '127.0.0.5', 'PTR', 'client.example');
    expect(await dns('list')).toEqual([
      0,
      'example.com             3600  MX   10 mail.example.com.\n' +
        'mail.example.com        60    A    127.0.0.2\n' +
        '5.0.0.127.in-addr.arpa  3600  PTR  client.example.\n',
    ]);
    expect(await dns('list', 'mail.example.com.')).toEqual([0, 'mail.example.com  60  A  127.0.0.2\n']);
    expect(await dns('lookup', '127.0.0.5')).toEqual([
      0,
      '5.0.0.127.in-addr.arpa  3600  PTR  client.example.\n',
    ]);
    expect(await dns('lookup', 'other.example')).toEqual([1, 'other.example A: no such name (NXDOMAIN)\n']);
    expect(await dns('remove', 'example.com', 'MX', '10', 'mail.example.com.')).toEqual([
      0,
      'removed 1 record\n',
    ]);
    expect(await dns('remove', 'example.com')).toEqual([1, 'there is no such record\n']);
    expect(await dns('remove', '127.0.0.5')).toEqual([0, 'removed 1 record\n']);
    expect(await dns('clear')).toEqual([0, 'removed 1 record\n']);
  });

  it('lets a name fail for a while', async () => {
    const { dns } = await open(isRunning);
    await dns('add', 'x.example', 'A', '127.0.0.2');
    expect(await dns('add', 'x.example', 'servfail')).toEqual([0, 'added x.example    SERVFAIL\n']);
    expect(await dns('lookup', 'x.example')).toEqual([1, 'x.example A: the name server fails (SERVFAIL)\n']);
    await dns('remove', 'x.example', 'SERVFAIL');
    expect((await dns('lookup', 'x.example'))[0]).toBe(0);
  });

  it('imports all lines or none, and exports what it reads', async () => {
    const { context, dns } = await open(isRunning);
    const zone = 'x.test. 3600 IN MX 10 mx.x.test.\nx.test. 3600 IN TXT "one" "two"\ny.test. TIMEOUT\n';
    expect(await dns('import', fileIn(context, zone))).toEqual([0, 'added 3 records\n']);
    expect(await dns('export')).toEqual([0, zone]);
    context.stdin.text = 'z.test. A 127.0.0.1\nz.test. B\n\nz.test. A nowhere\n';
    await expect(dns('import', '-')).rejects.toThrow(
      /^line 2: "B" is not a type of record here; these are: A, AAAA, .*\nline 4: A needs an IPv4 address/,
    );
    expect(await dns('export')).toEqual([0, zone]);
    context.stdin.text = 'z.test. A 127.0.0.1\n';
    expect(await dns('import', '--replace', '-')).toEqual([0, 'the table holds 1 record\n']);
    expect(await dns('export')).toEqual([0, 'z.test. 3600 IN A 127.0.0.1\n']);
  });

  it('prints JSON for programs', async () => {
    const { dns } = await open(isRunning);
    const record = { name: 'x.test', type: 'MX', preference: 5, value: 'y.test', ttl: 3600 };
    const [, added] = await dns('add', 'x.test', 'MX', '5', 'y.test', '--json');
    expect(JSON.parse(added)).toEqual({ records: [record] });
    const [, found] = await dns('lookup', 'x.test', 'MX', '--json');
    expect(JSON.parse(found)).toEqual({ kind: 'found', name: 'x.test', records: [record], text: '5 y.test' });
    const [, failed] = await dns('lookup', 'z.test', '--json');
    expect(JSON.parse(failed)).toMatchObject({ kind: 'absent', why: 'nxdomain' });
    const [, asked] = await dns('questions', '--json');
    expect(JSON.parse(asked)).toEqual({ questions: [] });
  });
});

describe('dns used wrongly', () => {
  it.each([
    [['nonsense'], 'dns list, add, remove, clear, import, export, lookup, questions: not "nonsense"'],
    [['add'], 'dns add NAME [TTL] TYPE [VALUE...]'],
    [['add', 'x.test'], 'dns add NAME [TTL] TYPE [VALUE...]'],
    [['add', 'x.test', 'SOA', 'y'], '"SOA" is not a type of record here'],
    [['add', 'x.test', 'MX', 'mail.x.test'], 'MX needs a preference and a host'],
    [['add', 'x.test', 'A', 'mail.x.test'], 'A needs an IPv4 address such as 127.0.0.1, not "mail.x.test"'],
    [['add', 'x test', 'A', '127.0.0.1'], '"x test" is not a domain name'],
    [['add', 'x.test', 'A', '127.0.0.1', '127.0.0.2'], '"127.0.0.2" is too much after A'],
    [['remove'], '"dns clear" removes everything'],
    [['remove', 'x.test', 'A', 'y'], 'A needs an IPv4 address'],
    [['lookup'], 'dns lookup NAME|ADDRESS [TYPE]'],
    [['lookup', 'x.test', 'SERVFAIL'], '"SERVFAIL" cannot be asked for'],
    [['import'], 'dns import FILE'],
    [['import', '/nowhere/zone'], 'cannot read /nowhere/zone'],
    [['list', '--verbose'], "Unknown option '--verbose'"],
  ])('%j: %s', async (args, message) => {
    const { dns } = await open(true);
    await expect(dns(...args)).rejects.toThrow(message);
  });

  it('refuses a CNAME beside other records, and says why', async () => {
    const { dns } = await open(true);
    await dns('add', 'x.test', 'A', '127.0.0.1');
    await expect(dns('add', 'x.test', 'CNAME', 'y.test')).rejects.toThrow(
      'x.test has a record A 127.0.0.1: a CNAME stands alone (RFC 1034 section 3.6.2)',
    );
  });
});
