import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { readMainCf } from './main-cf.ts';

const read = (text: string) => readMainCf(text, '/c/main.cf');
const values = (text: string) =>
  Object.fromEntries([...read(text).settings].map(([name, { value }]) => [name, value]));
const fatal = (text: string) => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return undefined;
};

describe('main.cf', () => {
  it('joins continuation lines, over comments and empty lines', () => {
    const text =
      '# c\nmydestination =\n\t$myhostname,\n# middle\n\n   localhost\n      # indented comment\nx=1\n';
    expect(values(text)['mydestination']?.split(/\s+/)).toEqual(['$myhostname,', 'localhost']);
    expect(values(text)['x']).toBe('1');
  });

  it('lets an indented line continue a complete one, and takes # inside a value as data', () => {
    expect(values('mail_name = Not # a comment\n  smtpd_banner = by mistake\n')).toEqual({
      mail_name: 'Not # a comment  smtpd_banner = by mistake',
    });
  });

  it('trims the value and allows an empty one', () => {
    expect(values('a =\tb  \nrelayhost   =\n')).toEqual({ a: 'b', relayhost: '' });
  });

  it('keeps the last of a name, says which line overrides what, and is silent when nothing changes', () => {
    const { settings, problems } = read('foo = 1\nbar = x\nfoo = 2\nbar = x\n');
    expect(settings.get('foo')).toEqual({ value: '2', origin: { file: 'main.cf', line: 3 } });
    expect(problems).toEqual([
      {
        severity: 'warning',
        file: 'main.cf',
        line: 3,
        parameter: 'foo',
        rule: 'overridden-entry',
        message: 'overriding earlier entry: foo=1',
      },
    ]);
  });

  it('drops a first line that starts with white space, with a warning', () => {
    const { settings, problems } = read('  myhostname = localhost\nmydomain = x.test\n');
    expect([...settings.keys()]).toEqual(['mydomain']);
    expect(problems[0]?.message).toBe(
      'logical line must not start with whitespace: "  myhostname = localhost"',
    );
    expect(read(' a\n b\nc=1').settings.size).toBe(1);
  });

  it.each([
    [
      'a = 1\nno equals sign here\n',
      `/c/main.cf, line 2: missing '=' after attribute name: "no equals sign here"`,
    ],
    ['my domain = x\n', `/c/main.cf, line 1: missing '=' after attribute name: "my domain = x"`],
    ['= x\n', '/c/main.cf, line 1: missing attribute name: "= x"'],
  ])('is fatal for %j', (text, message) => {
    expect(fatal(text)).toBe(message);
  });

  it('reports the first line of a continued entry', () => {
    expect(read('# c\n\na = 1\n 2\n').settings.get('a')?.origin.line).toBe(3);
  });
});
