import { describe, expect, it } from 'vitest';
import { rewriteAddressHeader } from './header.ts';

const complete = (address: string): string =>
  address.includes('@') || address === '' ? address : `${address}@example.test`;

describe('addresses in a header', () => {
  it.each([
    ['alice', 'alice@example.test'],
    ['Bob Builder <bob>', 'Bob Builder <bob@example.test>'],
    ['"Bob, Builder" <bob>', '"Bob, Builder" <bob@example.test>'],
    ['bob (Bob)', 'bob@example.test (Bob)'],
    ['alice bob', 'alice@example.test, bob@example.test'],
    ['group: alice, bob@x;', 'group: alice@example.test, bob@x;'],
    ['undisclosed-recipients:;, x', 'undisclosed-recipients: ;, x@example.test'],
    ['<@relay,@b:carol@x>, alice', '<carol@x>, alice@example.test'],
    ['"al ice"', '"al ice"@example.test'],
  ])('%s becomes %s', (value, rewritten) => {
    expect(rewriteAddressHeader(` ${value}`, complete, 'To')).toBe(rewritten);
  });

  it.each(['alice@x', 'Bob   Builder <bob@x>', 'a@b,   c@d (C)', '<>', 'undisclosed-recipients:;', ''])(
    'leaves %s alone',
    (value) => {
      expect(rewriteAddressHeader(` ${value}`, complete, 'To')).toBeUndefined();
    },
  );

  it('breaks a long list after a comma', () => {
    const canonical = (address: string) => (address === 'al@example.test' ? 'alice@example.test' : address);
    const value = ' al@example.test, al@example.test, carol.x@pub.test, bob@other.test';
    expect(rewriteAddressHeader(value, canonical, 'To')).toBe(
      'alice@example.test, alice@example.test, carol.x@pub.test,\n\tbob@other.test',
    );
  });

  it('gives the rewriting the address with its quotes', () => {
    const seen: string[] = [];
    rewriteAddressHeader(
      ' "a b"@c',
      (address) => {
        seen.push(address);
        return address;
      },
      'To',
    );
    expect(seen).toEqual(['"a b"@c']);
  });
});
