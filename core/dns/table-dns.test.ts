import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tellDnsAnswer } from '../util/dns.ts';
import { createLocalhostDns, createTableDns, type TableDnsOptions } from './table-dns.ts';
import { parseZone } from './zone-file.ts';

const ZONE = `
$TTL 300
mx.test       MX 20 b.mx.test.
mx.test       MX 10 A.mx.test.
a.mx.test     A 127.0.0.2
a.mx.test 60  A 127.0.0.3
a.mx.test     AAAA 0:0:0:0:0:0:0:1
null.test     MX 0 .
half.test     MX 0 .
half.test     MX 10 a.mx.test.
alias.test    CNAME middle.test.
middle.test   CNAME a.mx.test.
round.test    CNAME trip.test.
trip.test     CNAME round.test.
dangling.test CNAME nowhere.test.
tofail.test   CNAME fail.test.
fail.test     SERVFAIL
fail.test     A 127.0.0.9
gone.test     NXDOMAIN
empty.test    NODATA
broken.test   FORMERR
silent.test   TIMEOUT
*.wild.test   A 127.0.0.4
*.deep.wild.test A 127.0.0.5
own.wild.test TXT "first" "second"
127.0.0.5     PTR client.test
2001:db8::1   PTR six.test
bücher.test   A 127.0.0.6
`;

function dnsOf(zone: string, options?: TableDnsOptions) {
  const parsed = parseZone(zone);
  if (parsed.kind === 'wrong') throw new Error(JSON.stringify(parsed.problems));
  const { records } = parsed;
  const table = {
    find: (name: string) => records.filter((record) => record.name === name),
    isEmpty: () => records.length === 0,
  };
  return createTableDns(table, options);
}

describe('the DNS table', () => {
  const dns = dnsOf(ZONE);

  it.each([
    ['mx', 'mx.test', '20 b.mx.test, 10 A.mx.test'],
    ['mx', 'MX.Test.', '20 b.mx.test, 10 A.mx.test'],
    ['a', 'a.mx.test', '127.0.0.2, 127.0.0.3'],
    ['aaaa', 'a.mx.test', '::1'],
    ['a', 'mx.test', 'no record of this type'],
    ['mx', 'null.test', '0 .'],
    ['mx', 'half.test', '0 .'],
    ['a', 'alias.test', '127.0.0.2, 127.0.0.3'],
    ['mx', 'alias.test', 'no record of this type'],
    ['a', 'round.test', 'CNAME records lead round in a circle'],
    ['a', 'dangling.test', 'no such name (NXDOMAIN)'],
    ['a', 'tofail.test', 'the name server fails (SERVFAIL)'],
    ['a', 'fail.test', 'the name server fails (SERVFAIL)'],
    ['mx', 'gone.test', 'no such name (NXDOMAIN)'],
    ['a', 'empty.test', 'no record of this type'],
    ['a', 'broken.test', 'the name server cannot answer this'],
    ['mx', 'silent.test', 'no name server answers'],
    ['a', 'x.wild.test', '127.0.0.4'],
    ['a', 'x.y.wild.test', '127.0.0.4'],
    ['a', 'x.deep.wild.test', '127.0.0.5'],
    ['a', 'own.wild.test', 'no record of this type'],
    ['a', 'wild.test', 'no such name (NXDOMAIN)'],
    ['txt', 'own.wild.test', 'first'],
    ['ptr', '127.0.0.5', 'client.test'],
    ['ptr', '5.0.0.127.in-addr.arpa', 'client.test'],
    ['ptr', '2001:db8:0:0::1', 'six.test'],
    ['ptr', '127.0.0.6', 'no such name (NXDOMAIN)'],
    ['a', 'BÜCHER.test', '127.0.0.6'],
    ['a', 'unheard.of', 'no such name (NXDOMAIN)'],
    ['a', 'localhost', '127.0.0.1'],
    ['aaaa', 'localhost', '::1'],
    ['ptr', '::1', 'localhost'],
    ['mx', 'localhost', 'no record of this type'],
  ] as const)('%s %s: %s', async (type, name, told) => {
    expect(tellDnsAnswer(await dns[type](name))).toBe(told);
  });

  it('tells who has the records, and for how long', async () => {
    expect(await dns.a('alias.test')).toMatchObject({ name: 'a.mx.test', ttl: 60 });
    expect(await dns.mx('mx.test')).toMatchObject({ name: 'mx.test', ttl: 300 });
  });

  it('answers nothing while it is empty, but for localhost', async () => {
    const empty = createLocalhostDns();
    expect(await empty.mx('example.com')).toEqual({ kind: 'servfail', why: 'timeout' });
    expect(await empty.ptr('127.0.0.5')).toEqual({ kind: 'servfail', why: 'timeout' });
    expect(await empty.a('localhost')).toMatchObject({ kind: 'found', records: ['127.0.0.1'] });
  });

  it('knows localhost from a name server only where there is one', async () => {
    const served = createLocalhostDns().served?.();
    expect(await served?.a('localhost')).toEqual({ kind: 'servfail', why: 'timeout' });
    expect(await dns.served?.().a('localhost')).toMatchObject({ records: ['127.0.0.1'] });
  });

  it('lets the table say how all other names answer, and what localhost is', async () => {
    const other = dnsOf('* SERVFAIL\nlocalhost MX 10 mx.test.\n127.0.0.1 PTR me.test.\nx.test A 127.0.0.7');
    expect(await other.a('anything.at.all')).toEqual({ kind: 'servfail', why: 'servfail' });
    expect(await other.a('y.x.test')).toEqual({ kind: 'servfail', why: 'servfail' });
    expect(await other.a('localhost')).toMatchObject({ records: ['127.0.0.1'] });
    expect(await other.mx('localhost')).toMatchObject({ kind: 'found' });
    expect(await other.ptr('127.0.0.1')).toMatchObject({ records: ['me.test'] });
  });

  it('follows chains as long as name servers do, and no longer', async () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, i) => `c${i}.test CNAME c${i + 1}.test`).join('\n') +
      `\nc${length}.test A 127.0.0.1`;
    expect(await dnsOf(chain(16)).a('c0.test')).toMatchObject({ kind: 'found', name: 'c16.test' });
    expect(await dnsOf(chain(17)).a('c0.test')).toEqual({ kind: 'absent', why: 'loop' });
  });

  it('tells of questions to a name server, not of what the machine knows', async () => {
    const asked: string[] = [];
    const listening = dnsOf(ZONE, { onQuestion: (name, type) => asked.push(`${name} ${type}`) });
    await listening.a('localhost');
    await listening.ptr('127.0.0.1');
    await listening.mx('mx.test');
    await listening.a('gone.test');
    expect(asked).toEqual(['mx.test MX', 'gone.test A']);
  });

  it('is not there in a jail without resolv.conf; localhost is not without hosts', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'sandpost-jail-'));
    onTestFinished(() => {
      rmSync(root, { recursive: true });
    });
    const unheard = { kind: 'servfail', why: 'timeout' };
    expect(await dns.jailed?.(root).mx('mx.test')).toEqual(unheard);
    expect(await dns.jailed?.(root).a('localhost')).toEqual(unheard);
    mkdirSync(path.join(root, 'etc'));
    writeFileSync(path.join(root, 'etc/resolv.conf'), '');
    expect(await dns.jailed?.(root).mx('mx.test')).toMatchObject({ kind: 'found' });
    expect(await dns.jailed?.(root).a('localhost')).toEqual({ kind: 'absent', why: 'nxdomain' });
    writeFileSync(path.join(root, 'etc/hosts'), '');
    expect(await dns.jailed?.(root).a('localhost')).toMatchObject({ kind: 'found' });
  });
});
