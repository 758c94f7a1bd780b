import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWords } from './encoded-words.ts';
import { formatMailbox, parseMailboxes } from './mailboxes.ts';

describe('parseMailboxes', () => {
  it.each([
    ['a@b.test', ['a@b.test']],
    ['root, Robin <r@x.test>; y@z', ['root', 'Robin <r@x.test>', 'y@z']],
    ['"Doe, J." <j@x>\n(a comment) k@x', ['"Doe, J." <j@x>', 'k@x']],
    ['"odd, one"@x, a@[127.0.0.1]', ['"odd, one"@x', 'a@[127.0.0.1]']],
    ['Friends: a@b, c@d;', ['a@b', 'c@d']],
    ['undisclosed-recipients:;', []],
    ['', []],
  ])('reads %j', (text, mailboxes) => {
    const read = parseMailboxes(text);
    expect(read.mailboxes.map(formatMailbox)).toEqual(mailboxes);
    expect(read.bad).toEqual([]);
  });

  it.each(['two words', 'a@b@c', 'Robin <>', 'Robin <r@x', '@x', '"open'])(
    'tells that %j is none',
    (text) => {
      expect(parseMailboxes(text)).toEqual({ mailboxes: [], bad: [text] });
    },
  );

  it('reads back any name that it writes', () => {
    const name = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.trim());
    fc.assert(
      fc.property(name, (text) => {
        const mailbox = { name: text, address: 'a@b.test' };
        expect(parseMailboxes(formatMailbox(mailbox)).mailboxes).toEqual([mailbox]);
      }),
    );
  });
});

describe('decodeWords', () => {
  it.each([
    ['=?utf-8?Q?B=C3=BCro?= <a@b>', 'Büro <a@b>'],
    ['=?UTF-8?B?R3LDvMOf?= =?utf-8?q?_e?=', 'Grüß e'],
    ['=?iso-8859-1?q?=E4?=', 'ä'],
    ['=?no-such?q?x?= =?utf-8?b?*?=', '=?no-such?q?x?==?utf-8?b?*?='],
    ['plain', 'plain'],
  ])('reads %s', (text, decoded) => {
    expect(decodeWords(text)).toBe(decoded);
  });
});
