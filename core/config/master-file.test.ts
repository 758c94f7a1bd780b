import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { parseMasterEntry, readMasterCf } from './master-cf.ts';
import { editMasterCf } from './master-file.ts';
import type { MasterEdit } from './master-file.ts';
import { formatEntry } from './postconf/print.ts';

const TEXT = `# head
smtp inet n - n - - smtpd -v
  -o foo=$bar
  # inner
  -o smtpd_banner=hello
# between
  -o { mail_name = a  b }

p unix - n n - - pipe -v flags=x { argv = x  y} user=z
# mid
smtp unix - - n - - smtp
127.0.0.1:2525 inet n - n - - smtpd
`;
const pattern = (name: string, type: string) => ({ name, type });
const edit = (...edits: MasterEdit[]) => editMasterCf(TEXT, edits, 'master.cf').text;
const comments = (text: string) => text.split('\n').filter((line) => /^\s*#/.test(line));

describe('editing master.cf', () => {
  it('replaces an entry where it stands', () => {
    const entry = parseMasterEntry('new inet n - y - - smtpd -o {c = d e}');
    expect(edit({ kind: 'entry', pattern: pattern('smtp', 'inet'), entry })).toContain(
      '# head\nnew        inet  n       -       y       -       -       smtpd\n    -o {c=d e}\n  # inner\n# between\n\np unix',
    );
  });

  it('adds an entry at the end, or in the place of its double', () => {
    const added = parseMasterEntry('foo unix - - n - - smtp');
    expect(edit({ kind: 'entry', pattern: pattern('foo', 'unix'), entry: added })).toBe(
      `${TEXT}foo        unix  -       -       n       -       -       smtp\n`,
    );
    const double = parseMasterEntry('p unix - - n - - smtp');
    const text = edit({ kind: 'entry', pattern: pattern('foo', 'unix'), entry: double });
    expect(text.match(/^p /gm)).toHaveLength(1);
    expect(text).toContain('\n\np          unix  -       -       n       -       -       smtp\n# mid\n');
  });

  it('replaces all that a wild card names by one', () => {
    const entry = parseMasterEntry('foo unix - - n - - smtp');
    const text = edit({ kind: 'entry', pattern: pattern('*', 'unix'), entry });
    expect(readMasterCf(text, '').services.map((s) => `${s.name}/${s.type}`)).toEqual([
      'smtp/inet',
      'foo/unix',
      '127.0.0.1:2525/inet',
    ]);
  });

  it('comments out and removes entries, and leaves the comments among their lines', () => {
    expect(edit({ kind: 'comment', pattern: pattern('smtp', 'inet') })).toContain(
      '#smtp inet n - n - - smtpd -v\n#  -o foo=$bar\n  # inner\n#  -o smtpd_banner=hello\n# between\n#  -o {',
    );
    const removed = edit({ kind: 'exclude', pattern: pattern('smtp', '*') });
    expect(removed).toBe(
      '# head\n  # inner\n# between\n\np unix - n n - - pipe -v flags=x { argv = x  y} user=z\n# mid\n' +
        '127.0.0.1:2525 inet n - n - - smtpd\n',
    );
  });
});

describe('editing entries of master.cf', () => {
  it('changes a field and lays the entry out anew, its comments before it', () => {
    expect(edit({ kind: 'field', pattern: pattern('smtp', 'inet'), field: 'chroot', value: 'y' })).toContain(
      '# head\n  # inner\n# between\nsmtp       inet  n       -       y       -       -       smtpd -v\n' +
        '    -o foo=$bar\n    -o smtpd_banner=hello\n    -o {mail_name=a  b}\n\np unix',
    );
  });

  it('sets, adds and removes an override', () => {
    const smtp = pattern('smtp', 'inet');
    const set = (parameter: string, value: string | undefined) =>
      readMasterCf(
        edit({ kind: 'parameter', pattern: smtp, parameter, value }),
        '',
      ).services[0]?.overrides.map((o) => `${o.name}=${o.value}`);
    expect(set('foo', '2')).toEqual(['foo=2', 'smtpd_banner=hello', 'mail_name=a  b']);
    expect(set('zz', '1')).toEqual(['foo=$bar', 'smtpd_banner=hello', 'mail_name=a  b', 'zz=1']);
    expect(set('foo', undefined)).toEqual(['smtpd_banner=hello', 'mail_name=a  b']);
  });

  it('says which edits nothing matched', () => {
    const lost: MasterEdit = {
      kind: 'field',
      pattern: pattern('nosuch', 'unix'),
      field: 'chroot',
      value: 'y',
    };
    expect(editMasterCf(TEXT, [lost], 'master.cf')).toMatchObject({ text: TEXT, unmatched: [lost] });
  });

  it('refuses to change an entry that is none', () => {
    const change: MasterEdit = { kind: 'field', pattern: pattern('x', 'unix'), field: 'chroot', value: 'y' };
    expect(() => editMasterCf('x unix - -\n', [change], '/c/master.cf')).toThrow(
      new ConfigError('file /c/master.cf: line 1: bad field count'),
    );
  });
});

describe('any master.cf', () => {
  it('prints entries that read the same', () => {
    const plain = fc.stringMatching(/^[a-z0-9=/.:$]{1,12}$/);
    const spaced = fc.tuple(plain, plain).map(([a, b]) => `{ n = ${a} ${b} }`);
    const option = fc.oneof(
      fc.constant('-v'),
      fc.tuple(fc.constantFrom('a', 'b', 'mail_name'), plain).map(([n, v]) => `-o ${n}=${v}`),
      spaced.map((value) => `-o ${value}`),
    );
    const entry = fc
      .tuple(
        plain,
        fc.constantFrom('inet', 'unix', 'unix-dgram', 'fifo', 'pass'),
        fc.constantFrom('- n y 60? 10', 'n - - - -', 'y y n 1000 0'),
        fc.array(option, { maxLength: 4 }),
        fc.array(plain, { maxLength: 4 }),
      )
      .map(([name, type, columns, options, words]) =>
        [name, type, columns, 'pipe', ...options, ...words].join(' '),
      );
    fc.assert(
      fc.property(entry, fc.boolean(), (text, fold) => {
        const service = parseMasterEntry(text);
        const printed = formatEntry(service, { fold });
        expect(parseMasterEntry(printed.replaceAll('\n', ' '))).toEqual(service);
      }),
    );
  });

  it('never loses a comment', () => {
    for (const change of [
      { kind: 'comment', pattern: pattern('*', '*') },
      { kind: 'exclude', pattern: pattern('*', '*') },
      { kind: 'field', pattern: pattern('*', '*'), field: 'chroot', value: 'n' },
      { kind: 'parameter', pattern: pattern('*', '*'), parameter: 'a', value: '1' },
    ] as const)
      expect(comments(edit(change))).toEqual(expect.arrayContaining(comments(TEXT)));
  });
});
