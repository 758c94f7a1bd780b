import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { readMasterCf } from './master-cf.ts';

const read = (text: string) => readMasterCf(text, '/c/master.cf');
const one = (text: string) => {
  const [service] = read(text).services;
  if (service === undefined) throw new Error('no service');
  return service;
};
const overrides = (text: string) =>
  one(text).overrides.map(({ name, value, origin }) => [name, value, origin.line]);

describe('master.cf', () => {
  it('reads the columns, the program and where the entry stands', () => {
    expect(one('# c\n127.0.0.1:1025 inet n - y 60? 5 smtpd\n')).toMatchObject({
      name: '127.0.0.1:1025',
      type: 'inet',
      private: 'n',
      unprivileged: '-',
      chroot: 'y',
      wakeup: '60?',
      processLimit: '5',
      command: 'smtpd',
      origin: { file: 'master.cf', line: 2 },
    });
  });

  it('knows the line of each override, also over comments', () => {
    expect(overrides('smtp inet n - n - - smtpd -o a=1\n  -o b=2\n# c\n#  -o x=1\n  -o c=3\n')).toEqual([
      ['a', '1', 1],
      ['b', '2', 2],
      ['c', '3', 5],
    ]);
  });

  it.each([
    ['-o a=b', ['-o', 'a=b'], [['a', 'b']]],
    ['-oa=b', ['-o', 'a=b'], [['a', 'b']]],
    ['-vo a=b', ['-v', '-o', 'a=b'], [['a', 'b']]],
    ['-v -o {a=b}', ['-v', '-o', 'a=b'], [['a', 'b']]],
    ['-o { a = b c }', ['-o', 'a=b c'], [['a', 'b c']]],
    ['-o {a={x y}}', ['-o', 'a={x y}'], [['a', '{x y}']]],
    ['-o a={ x y }', ['-o', 'a={ x y }'], [['a', '{ x y }']]],
    ['-- -o a=b', ['--', '-o', 'a=b'], []],
    ['flags=x -o a=b', ['flags=x', '-o', 'a=b'], []],
    ['{ argv = x y } user=z', ['argv = x y', 'user=z'], []],
    ['-o', ['-o'], []],
  ])('takes %s apart', (text, words, expected) => {
    const service = one(`zz unix - n n - - pipe ${text}`);
    expect(service.arguments).toEqual(words);
    expect(service.overrides.map(({ name, value }) => [name, value])).toEqual(expected);
  });
});

describe('mistakes in master.cf', () => {
  it('notes that -o name = value kills the daemon, and goes on', () => {
    expect(one('x inet n - n - - smtpd -o smtpd_banner = hello').startupError).toBe(
      `invalid "-o smtpd_banner" option value: missing '=' after attribute name`,
    );
  });

  it.each([
    ['-o {a = b c}x', `syntax error after '}' in "{a = b c}x"`],
    ['-o { a = b', `missing '}' in "{ a = b"`],
    ['-o {a b}', `missing '=' after attribute name: "a b"`],
    ['{ argv = x', `missing '}' in "{ argv = x"`],
  ])('warns about %s', (text, message) => {
    expect(read(`zz unix - n n - - pipe ${text}`).problems.map((p) => p.message)).toEqual([message]);
  });

  it.each([
    ['foo inet n - n', 'file /c/master.cf: line 1: bad field count'],
    ['bar weird n - n - - smtpd', 'invalid type field "weird" in "bar weird n - n - - smtpd"'],
    ['baz inet q - n - - smtpd', 'invalid private field "q" in "baz inet q - n - - smtpd"'],
    ['a inet n yn n - - smtpd', 'invalid unprivileged field "yn" in "a inet n yn n - - smtpd"'],
    ['a inet n - n 10?? - smtpd', 'invalid wakeup field "10??" in "a inet n - n 10?? - smtpd"'],
    ['smtp2 inet n - n - -1 smtpd', 'invalid process_limit field "-1" in "smtp2 inet n - n - -1 smtpd"'],
  ])('is fatal for %s', (text, message) => {
    expect(() => read(text)).toThrow(new ConfigError(message, { file: 'master.cf', line: 1 }));
  });

  it('accepts entries twice', () => {
    expect(read('a unix - - - - - smtp\na unix - - - - - smtp\n').services).toHaveLength(2);
  });
});
