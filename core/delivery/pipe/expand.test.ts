import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandCommand, findProblem, MESSAGE_MACROS, type MessageMacro } from './expand.ts';
import { parseTemplate } from './template.ts';

const SPLIT = { delimiters: '+', doubleBounceSender: 'double-bounce', ownerRequestSpecial: true };
const VALUES = Object.fromEntries(MESSAGE_MACROS.map((name) => [name, `<${name}>`])) as Record<
  MessageMacro,
  string
>;
const person = (address: string, originalAddress = address) => ({ address, originalAddress });

function expand(argument: string, addresses: readonly string[], flags = '') {
  const rules = { flags: new Set(flags), splitRules: SPLIT };
  return expandCommand(
    [parseTemplate(argument)],
    VALUES,
    addresses.map((a) => person(a)),
    rules,
  );
}

describe('an argument of a pipe command', () => {
  it.each([
    ['${sender}', '', ['<sender>']],
    ['$sender/$(size)', '', ['<sender>/<size>']],
    ['a$$b', '', ['a$b']],
    ['${recipient}', '', ['Us.er+Ext@Example.Test', 'b@c.test']],
    ['${recipient}', 'h', ['Us.er+Ext@example.test', 'b@c.test']],
    ['${recipient}', 'u', ['us.er+ext@Example.Test', 'b@c.test']],
    ['x=${user},$sender', '', ['x=Us.er,<sender>', 'x=b,<sender>']],
    ['${extension}', 'u', ['ext', '']],
    ['${mailbox}', '', ['Us.er+Ext', 'b']],
    ['${domain}', 'hu', ['example.test', 'c.test']],
  ])('%s with flags %s', (argument, flags, words) => {
    expect(expand(argument, ['Us.er+Ext@Example.Test', 'b@c.test'], flags).words).toEqual(words);
  });

  it('quotes whole addresses with q, and not their parts', () => {
    expect(expand('$recipient', ['a b@c'], 'q').words).toEqual(['"a b"@c']);
    expect(expand('$mailbox', ['a b@c'], 'q').words).toEqual(['a b']);
  });

  it('is left out for an address without a user', () => {
    expect(expand('$user', ['@c', 'a@c']).words).toEqual(['a']);
  });

  it('warns of addresses without a domain', () => {
    expect(expand('$domain', ['root'])).toEqual({
      words: [''],
      warnings: ['no @ in recipient address: root'],
    });
  });

  it.each([
    ['${nosuch}', 'here: unknown macro name: "nosuch"'],
    ['${sender?x}', 'here: unknown macro name: "sender?x"'],
    ['${recipient', 'truncated macro reference: "${recipient"'],
    ['a$ b', 'empty macro name: "a$ b"'],
    ['$sender', undefined],
  ])('%s is a problem: %s', (argument, problem) => {
    expect(findProblem([parseTemplate(argument)], 'here')).toBe(problem);
  });

  it('never expands what a sender or a recipient wrote', () => {
    const wild = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', 'sender', '@', '(', ')', '$$') });
    fc.assert(
      fc.property(wild, wild, (sender, local) => {
        const rules = { flags: new Set<string>(), splitRules: { ...SPLIT, delimiters: '' } };
        const { words } = expandCommand(
          ['${sender}', '-$recipient-'].map(parseTemplate),
          { ...VALUES, sender },
          [person(`${local}@c`)],
          rules,
        );
        expect(words).toEqual([sender, `-${local}@c-`]);
      }),
    );
  });

  it('comes back as written when it has no macro, dollars doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expand(text.replaceAll('$', '$$$$'), ['a@b']).words).toEqual([text]);
      }),
    );
  });

  it('becomes one word a recipient when it names a part of one, else one', () => {
    const macro = fc.constantFrom('recipient', 'original_recipient', 'mailbox', 'domain', 'extension');
    fc.assert(
      fc.property(macro, fc.integer({ min: 1, max: 9 }), (name, count) => {
        const addresses = Array.from({ length: count }, (_, i) => `u${i}+x@d${i}`);
        expect(expand(`\${${name}}`, addresses).words).toHaveLength(count);
        expect(expand('$nexthop', addresses).words).toHaveLength(1);
      }),
    );
  });
});
