/** Which servers a destination leads to, in which order (smtp_addr(3)); texts are those of recordings. */
import { expect, test } from 'vitest';
import { createLocalhostDns, createTableDns } from '../../dns/table-dns.ts';
import { parseZone } from '../../dns/zone-file.ts';
import { loadConfig } from '../../config/load.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
} from '../../tables/fakes.ts';
import { createTables } from '../../tables/tables.ts';
import { createClock } from '../../util/clock.ts';
import { createTargetFinder } from './addresses.ts';
import { parseDestination } from './destination.ts';
import { readSmtpSettings } from './settings.ts';

const ZONE = `
one.test     MX 20 b.one.test
one.test     MX 10 a.one.test
one.test     MX 20 c.one.test
a.one.test   A 127.0.0.11
b.one.test   A 127.0.0.12
c.one.test   A 127.0.0.13
both.test    A 127.0.0.14
both.test    A 127.0.0.15
both.test    AAAA ::2
six.test     AAAA ::2
alias.test   CNAME both.test
far.test     A 192.0.2.1
mine.test    A 127.0.0.1
second.test  MX 10 mine.test
second.test  MX 20 a.one.test
backup.test  MX 10 a.one.test
backup.test  MX 20 mine.test
lost.test    MX 10 gone.test
lost.test    MX 20 mine.test
deadmx.test  MX 10 gone.test
failmx.test  MX 10 fail.test
null.test    MX 0 .
number.test  MX 10 127.0.0.16
fail.test    SERVFAIL
`;

async function find(nexthop: string, main: readonly string[] = [], zone: string | undefined = ZONE) {
  const folder = createConfigFolder(
    ['compatibility_level = 3.6', 'inet_interfaces = 127.0.0.1', 'smtp_randomize_addresses = no', ...main]
      .map((line) => `${line}\n`)
      .join(''),
    { 'master.cf': '' },
  );
  try {
    const config = loadConfig(folder.directory);
    const log = createRecordedLog();
    const clock = createClock();
    const tables = createTables({
      config,
      compiled: createMemoryTables(),
      users: createFakeUsers([]),
      log: log.factory,
      clock,
    });
    const settings = readSmtpSettings(config, tables, 'smtp', '');
    const parsed = zone === '' ? undefined : parseZone(zone);
    if (parsed?.kind === 'wrong') throw new Error(JSON.stringify(parsed.problems));
    const dns =
      parsed === undefined
        ? createLocalhostDns()
        : createTableDns({
            find: (name) => parsed.records.filter((record) => record.name === name),
            isEmpty: () => false,
          });
    const finder = createTargetFinder({
      config,
      settings,
      dns,
      nativeDns: dns,
      log: log.factory('smtp'),
      random: () => 0.5,
    });
    return await finder(parseDestination(nexthop, settings));
  } finally {
    folder.remove();
  }
}

const tell = (targets: readonly { readonly host: string; readonly address: string }[]) =>
  targets.map(({ host, address }) => `${host}[${address}]`).join(' ');

test.each<readonly [string, readonly string[], string]>([
  ['one.test', [], 'a.one.test[127.0.0.11] b.one.test[127.0.0.12] c.one.test[127.0.0.13]'],
  // shuffled among equal preferences only
  [
    'one.test',
    ['smtp_randomize_addresses = yes'],
    'a.one.test[127.0.0.11] c.one.test[127.0.0.13] b.one.test[127.0.0.12]',
  ],
  ['both.test', [], 'both.test[127.0.0.14] both.test[127.0.0.15] both.test[::2]'],
  [
    'both.test',
    ['smtp_address_preference = ipv6'],
    'both.test[::2] both.test[127.0.0.14] both.test[127.0.0.15]',
  ],
  ['both.test', ['inet_protocols = ipv4'], 'both.test[127.0.0.14] both.test[127.0.0.15]'],
  ['both.test', ['inet_protocols = ipv6', 'inet_interfaces = ::1'], 'both.test[::2]'],
  ['[one.test]', [], ''],
  ['alias.test', [], 'alias.test[127.0.0.14] alias.test[127.0.0.15] alias.test[::2]'],
  [
    'alias.test',
    ['smtp_cname_overrides_servername = yes'],
    'both.test[127.0.0.14] both.test[127.0.0.15] both.test[::2]',
  ],
  ['number.test', [], '127.0.0.16[127.0.0.16]'],
  ['backup.test', [], 'a.one.test[127.0.0.11]'],
  // only where others deliver too can mail come back
  ['second.test:26', [], 'mine.test[127.0.0.1] a.one.test[127.0.0.11]'],
])('%s with %j: %s', async (nexthop, main, targets) => {
  expect(tell((await find(nexthop, main)).targets)).toBe(targets);
});

const NOT_FOUND = 'Host or domain name not found. Name service error for';

test.each<readonly [string, readonly string[], string]>([
  ['gone.test', [], `5.4.4 ${NOT_FOUND} name=gone.test type=AAAA: Host not found`],
  ['[gone.test]', [], `5.4.4 ${NOT_FOUND} name=gone.test type=AAAA: Host not found`],
  ['fail.test', [], `4.4.3 ${NOT_FOUND} name=fail.test type=MX: Host not found, try again`],
  [
    'fail.test',
    ['ignore_mx_lookup_error = yes'],
    `4.4.3 ${NOT_FOUND} name=fail.test type=AAAA: Host not found, try again`,
  ],
  ['deadmx.test', [], `5.4.4 ${NOT_FOUND} name=gone.test type=AAAA: Host not found`],
  [
    'deadmx.test',
    ['smtp_defer_if_no_mx_address_found = yes'],
    `4.4.4 ${NOT_FOUND} name=gone.test type=AAAA: Host not found`,
  ],
  ['failmx.test', [], `4.4.3 ${NOT_FOUND} name=fail.test type=AAAA: Host not found, try again`],
  ['null.test', [], '5.1.0 Domain null.test does not accept mail (nullMX)'],
  ['mine.test', [], '5.4.6 mail for mine.test loops back to myself'],
  ['second.test', [], '5.4.6 mail for second.test loops back to myself'],
  ['lost.test', [], '4.4.4 unable to find primary relay for lost.test'],
  [
    'gone.test',
    ['smtp_host_lookup = dns, native'],
    '5.4.4 unable to look up host gone.test: Name or service not known',
  ],
  [
    'six.test',
    ['inet_protocols = ipv4', 'smtp_host_lookup = native'],
    '5.3.0 unable to look up host six.test: No address associated with hostname',
  ],
])('%s with %j: %s', async (nexthop, main, expected) => {
  const { targets, trouble } = await find(nexthop, main);
  expect(targets).toEqual([]);
  expect(`${trouble?.dsn ?? ''} ${trouble?.reason ?? ''}`).toBe(expected);
});

test('an empty table is a machine whose name server does not answer', async () => {
  const { trouble } = await find('example.com', [], '');
  expect(trouble?.reason).toBe(`${NOT_FOUND} name=example.com type=MX: Host not found, try again`);
});

test('the journey is told each answer', async () => {
  expect((await find('backup.test')).how).toBe(
    'MX of backup.test: 10 a.one.test, 20 mine.test; A of a.one.test: 127.0.0.11; ' +
      'AAAA of a.one.test: no record of this type; A of mine.test: 127.0.0.1; ' +
      'AAAA of mine.test: no record of this type',
  );
  expect((await find('far.test')).how).toBe(
    'MX of far.test: no record of this type; A of far.test: 192.0.2.1; AAAA of far.test: no record of this type',
  );
});
