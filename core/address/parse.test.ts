import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseAddressList,
  parseSmtpPath,
  quoteLocal,
  splitAddress,
  stripExtension,
  unquoteLocal,
} from './parse.ts';
import { splitSmtpCommand } from './smtp-words.ts';

const lenient = { allowEmpty: false, strict: false };

describe('a path in MAIL or RCPT', () => {
  it.each([
    ['<alice@localhost>', 'alice@localhost', 'alice@localhost'],
    ['alice@localhost', 'alice@localhost', 'alice@localhost'],
    ['<"alice"@localhost>', 'alice@localhost', 'alice@localhost'],
    ['<"al ice"@localhost>', 'al ice@localhost', '"al ice"@localhost'],
    ['<al\\ice@localhost>', 'alice@localhost', 'alice@localhost'],
    ['<"alice@localhost"@localhost>', 'alice@localhost@localhost', '"alice@localhost"@localhost'],
    ['<""@localhost>', '@localhost', '""@localhost'],
    ['<@localhost>', '@localhost', '""@localhost'],
    ['<"alice"@"localhost">', 'alice@localhost', 'alice@localhost'],
    ['<@a.example,@b.example:bob@localhost>', 'bob@localhost', 'bob@localhost'],
    ['<alice@[127.0.0.1]>', 'alice@[127.0.0.1]', 'alice@[127.0.0.1]'],
    ['<alice@[IPv6:::1]>', 'alice@[IPv6:::1]', 'alice@[IPv6:::1]'],
    ['<localhost!carol>', 'localhost!carol', 'localhost!carol'],
    ['<alice@localhost.>', 'alice@localhost.', 'alice@localhost.'],
    ['<alice@localhost..>', 'alice@localhost..', 'alice@localhost..'],
    ['<alice@@localhost>', 'alice@@localhost', '"alice@"@localhost'],
    ['<алиса@localhost>', 'алиса@localhost', 'алиса@localhost'],
    ['<alice@localhost (comment)>', 'alice@localhost', 'alice@localhost'],
    ['<<alice@localhost>>', 'alice@localhost', 'alice@localhost'],
    ['<alice@localhost>>', 'alice@localhost', 'alice@localhost'],
    ['<>alice>', 'alice', 'alice'],
    ['<alice@[127.0.0.1>', 'alice@[127.0.0.1]', 'alice@[127.0.0.1]'],
    ['<group:alice;>', 'alice', 'alice'],
    ['<@a:@b:bob@localhost>', '@b:bob@localhost', '@b:bob@localhost'],
  ])('%s is %s', (path, address, external) => {
    expect(parseSmtpPath(path, lenient)).toMatchObject({ kind: 'address', address, external });
  });

  it.each([
    '<>',
    '<alice@localhost>garbage',
    '',
    '<al ice@x>',
    '<alice,bob@x>',
    '<alice;bob>',
    '<ali"ce"@x>',
  ])('%s is refused', (path) => {
    expect(parseSmtpPath(path, lenient)).toEqual({ kind: 'bad-syntax' });
  });

  it('takes <> for a sender', () => {
    expect(parseSmtpPath('<>', { allowEmpty: true, strict: true })).toEqual({
      kind: 'address',
      address: '',
      external: '',
      typed: '',
    });
  });

  it.each([
    ['<alice@localhost>', 'address'],
    ['alice@localhost', 'bad-syntax'],
    ['<alice@localhost (comment)>', 'bad-syntax'],
    ['<@localhost>', 'bad-syntax'],
    ['<alice@localhost>>', 'address'],
  ])('strict_rfc821_envelopes: %s', (path, kind) => {
    expect(parseSmtpPath(path, { allowEmpty: false, strict: true }).kind).toBe(kind);
  });
});

describe('the words of a command', () => {
  it.each([
    ['MAIL FROM:<bob@localhost> SIZE=10', ['MAIL', 'FROM:', '<bob@localhost>', 'SIZE=10']],
    ['mail from: <bob@localhost>', ['mail', 'from:', '<bob@localhost>']],
    ['RCPT TO:<"a b"@c> NOTIFY=NEVER', ['RCPT', 'TO:', '<"a b"@c>', 'NOTIFY=NEVER']],
    ['MAIL FROM:Bob <bob@localhost>', ['MAIL', 'FROM:', 'Bob', '<bob@localhost>']],
    ['RCPT TO:"a b"@c', ['RCPT', 'TO:', '"a b"@c']],
    ['RCPT TO:a\\ b@c', ['RCPT', 'TO:', 'a\\ b@c']],
    ['MAIL FROM <bob@localhost>', ['MAIL', 'FROM', '<bob@localhost>']],
    ['  NOOP  ', ['NOOP']],
  ])('%s', (line, words) => {
    expect(splitSmtpCommand(line)).toEqual(words.map((text) => ({ text, isBroken: false })));
  });

  it.each(['MAIL FROM:<bob@localhost', 'RCPT TO:<al<ice@localhost>', 'RCPT TO:<"a@b>'])(
    '%s has a bracket or quote that is not closed',
    (line) => {
      expect(splitSmtpCommand(line).at(-1)?.isBroken).toBe(true);
    },
  );
});

describe('a list of addresses', () => {
  it.each([
    ['alice, bob', ['alice', 'bob']],
    ['alice bob', ['alice', 'bob']],
    ['"Bob, the builder" <bob@x>, carol (Carol)', ['bob@x', 'carol']],
    ['group: a, b@c;, undisclosed:;', ['a', 'b@c']],
    ['"|/usr/bin/x y", /var/file, :include:/list', ['|/usr/bin/x y', '/var/file', ':include:/list']],
    ['<a@b> <c@d>', ['a@b', 'c@d']],
    ['', []],
    ['(only a comment)', []],
    ['@domain, user@', ['@domain', 'user@']],
  ])('%s', (value, addresses) => {
    expect(parseAddressList(value)).toEqual(addresses);
  });
});

describe('quoting', () => {
  it.each([
    ['a.b@c', 'a.b@c'],
    ['a b@c', '"a b"@c'],
    ['.a@c', '".a"@c'],
    ['a..b@c', '"a..b"@c'],
    ['a"b@c', '"a\\"b"@c'],
    ['', '""'],
    ['@c', '""@c'],
    ['ü@c', 'ü@c'],
    ['a@b@c', '"a@b"@c'],
  ])('%s is written %s', (internal, external) => {
    expect(quoteLocal(internal)).toBe(external);
    expect(unquoteLocal(external)).toBe(internal);
  });

  it('comes back as it was for any local part', () => {
    const local = fc.string({ unit: 'grapheme' });
    const domain = fc.stringMatching(/^[a-z][a-z.]{0,10}$/);
    fc.assert(
      fc.property(local, domain, (user, host) => {
        const address = `${user}@${host}`;
        expect(unquoteLocal(quoteLocal(address))).toBe(address);
      }),
    );
  });

  it('is undone by reading the address as a path', () => {
    const local = fc.stringMatching(/^[ -~]{1,20}$/);
    fc.assert(
      fc.property(local, (user) => {
        // That is a source route, which is not quoted and leads nowhere.
        fc.pre(!/^@.*:/.test(user));
        const address = `${user}@example.com`;
        expect(parseSmtpPath(`<${quoteLocal(address)}>`, lenient)).toMatchObject({ address });
      }),
    );
  });
});

describe('extensions', () => {
  const rules = { delimiters: '+-', doubleBounceSender: 'double-bounce', ownerRequestSpecial: true };

  it.each([
    ['alice+tag@x', 'alice@x', '+tag'],
    ['alice-tag+more', 'alice', '-tag+more'],
    ['alice+@x', 'alice@x', '+'],
  ])('%s is %s with %s', (address, bare, extension) => {
    expect(stripExtension(address, rules)).toEqual({ bare, extension });
  });

  it.each([
    'alice@x',
    '+tag@x',
    'owner-list@x',
    'list-request@x',
    'double-bounce@x',
    'mailer-daemon@x',
    'Postmaster+x',
  ])('%s is not split', (address) => {
    expect(stripExtension(address, rules)).toEqual(
      address === 'Postmaster+x' ? { bare: 'Postmaster', extension: '+x' } : undefined,
    );
  });

  it('splits owner- addresses when owner_request_special is off', () => {
    expect(stripExtension('owner-list@x', { ...rules, ownerRequestSpecial: false })?.bare).toBe('owner@x');
  });

  it('takes an address apart', () => {
    expect(splitAddress('a@b+c@d', rules)).toEqual({
      user: 'a@b',
      local: 'a@b+c',
      extension: 'c',
      domain: 'd',
    });
    expect(splitAddress('root', rules)).toEqual({
      user: 'root',
      local: 'root',
      extension: undefined,
      domain: undefined,
    });
  });
});
