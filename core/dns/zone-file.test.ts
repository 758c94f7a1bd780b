import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../util/dns-record.ts';
import { formatRecord, parseZone } from './zone-file.ts';

const records = (text: string): readonly DnsRecord[] => {
  const zone = parseZone(text);
  if (zone.kind === 'wrong') throw new Error(JSON.stringify(zone.problems));
  return zone.records;
};

describe('zone file lines', () => {
  it.each([
    ['example.com. MX 10 mail.example.com.', 'example.com. 3600 IN MX 10 mail.example.com.'],
    ['example.com MX 10 mail.example.com', 'example.com. 3600 IN MX 10 mail.example.com.'],
    ['Example.COM. 60 in mx 10 Mail.Example.com.', 'example.com. 60 IN MX 10 Mail.Example.com.'],
    ['example.com. IN 60 A 127.0.0.1 ; here', 'example.com. 60 IN A 127.0.0.1'],
    ['example.com. AAAA 2001:DB8:0::1', 'example.com. 3600 IN AAAA 2001:db8::1'],
    ['example.com. MX 0 .', 'example.com. 3600 IN MX 0 .'],
    ['$ORIGIN example.com.\n$TTL 5\n@ MX 10 mail', 'example.com. 5 IN MX 10 mail.example.com.'],
    ['$ORIGIN example.com\nwww CNAME @', 'www.example.com. 3600 IN CNAME example.com.'],
    [
      'x.test. TXT "v=spf1 -all; really" "a \\"b\\""',
      'x.test. 3600 IN TXT "v=spf1 -all; really" "a \\"b\\""',
    ],
    ['x.test. TXT plain words', 'x.test. 3600 IN TXT "plain words"'],
    ['127.0.0.5 PTR client.test.', '5.0.0.127.in-addr.arpa. 3600 IN PTR client.test.'],
    ['gone.test nxdomain', 'gone.test. NXDOMAIN'],
    ['* TIMEOUT', '*. TIMEOUT'],
    ['*.rbl.test A 127.0.0.2', '*.rbl.test. 3600 IN A 127.0.0.2'],
    ['_dmarc.x.test TXT "v=DMARC1"', '_dmarc.x.test. 3600 IN TXT "v=DMARC1"'],
  ])('reads %j', (text, line) => {
    expect(records(text).map(formatRecord)).toEqual([line]);
  });

  it('goes on with the name of the line before, and leaves out comments and empty lines', () => {
    const text = '; a zone\n\nx.test. A 127.0.0.1\n  A 127.0.0.2\n\tMX 10 x.test.\n';
    expect(records(text).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'x.test A',
      'x.test A',
      'x.test MX',
    ]);
  });

  it.each([
    ['x.test. MX mail.x.test.', 1, 'MX needs a preference and a host: MX 10 mail.example.com.'],
    ['\nx.test. A 1.2.3', 2, 'A needs an IPv4 address such as 127.0.0.1, not "1.2.3"'],
    ['x.test. AAAA 127.0.0.1', 1, 'AAAA needs an IPv6 address such as ::1, not "127.0.0.1"'],
    ['x.test. A ::1', 1, 'A needs an IPv4 address such as 127.0.0.1, not "::1"'],
    ['x.test. MX 70000 y.test.', 1, 'an MX preference is 0 to 65535, not 70000'],
    ['x.test. A 127.0.0.1 127.0.0.2', 1, '"127.0.0.2" is too much after A'],
    ['x.test. NXDOMAIN really', 1, 'NXDOMAIN takes no value: it is how the name answers'],
    ['x.test. CNAME', 1, 'CNAME needs a host name'],
    ['x.test. TXT "open', 1, 'a quoted text does not end'],
    ['  A 127.0.0.1', 1, 'there is no name before this record'],
    ['x..test. A 127.0.0.1', 1, '"x..test." is not a domain name'],
    ['x.test.', 1, 'x.test. needs a type: A, AAAA'],
    ['$INCLUDE other', 1, '$INCLUDE is not understood; $ORIGIN and $TTL are'],
    ['$TTL soon', 1, '$TTL takes a number of seconds, not "soon"'],
    ['x.test. SOA ns. root. (', 1, 'parentheses are not understood'],
    ['x.test. SRV 0 0 25 y.', 1, '"SRV" is not a type of record here'],
    ['x.test. 4294967295 A 127.0.0.1', 1, 'a TTL is a number of seconds'],
    [
      'x.test. A 127.0.0.1\nx.test. CNAME y.test.',
      2,
      'x.test has a record A 127.0.0.1: a CNAME stands alone',
    ],
    [
      'x.test. CNAME y.test.\nx.test. MX 1 z.test.',
      2,
      'x.test has a record CNAME y.test: a CNAME stands alone',
    ],
  ])('refuses %j at line %i: %s', (text, line, message) => {
    const zone = parseZone(text);
    expect(zone).toMatchObject({ kind: 'wrong', problems: [{ line }] });
    expect(zone.kind === 'wrong' && zone.problems[0]?.message).toContain(message);
  });

  it('names every line that is wrong', () => {
    const zone = parseZone('x.test. A no\ny.test. A 127.0.0.1\nz.test. B');
    expect(zone.kind === 'wrong' && zone.problems.map(({ line }) => line)).toEqual([1, 3]);
  });

  it('knows what stands in the table already', () => {
    const existing = records('x.test. CNAME y.test.');
    expect(parseZone('x.test. A 127.0.0.1', existing)).toMatchObject({ kind: 'wrong' });
    expect(parseZone('x.test. SERVFAIL', existing)).toMatchObject({ kind: 'records' });
    expect(parseZone('x.test. CNAME Y.test.', existing)).toMatchObject({ kind: 'records' });
  });

  it('reads back what it writes', () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const ttl = fc.nat({ max: 1_000_000 });
    const text = fc
      .array(fc.stringMatching(/^[ -~]{1,30}$/), { minLength: 1, maxLength: 3 })
      .map((strings) => strings.join('\n'));
    const record: fc.Arbitrary<DnsRecord> = fc.oneof(
      fc.record({ name, type: fc.constant('A' as const), value: fc.ipV4(), ttl }),
      fc.record({ name, type: fc.constantFrom('CNAME' as const, 'NS' as const), value: name, ttl }),
      fc.record({
        name,
        type: fc.constant('MX' as const),
        preference: fc.nat({ max: 65_535 }),
        value: name,
        ttl,
      }),
      fc.record({ name, type: fc.constant('TXT' as const), value: text, ttl }),
      fc.record({
        name,
        type: fc.constantFrom('NXDOMAIN' as const, 'TIMEOUT' as const),
        value: fc.constant(''),
        ttl: fc.constant(3600),
      }),
    );
    fc.assert(
      fc.property(record, (one) => {
        expect(records(formatRecord(one))).toEqual([one]);
      }),
    );
  });
});
