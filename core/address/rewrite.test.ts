import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AddressWorld } from './testing.ts';
import { createAddressWorld } from './testing.ts';

let made: AddressWorld[] = [];
const world = (...lines: string[]): AddressWorld => {
  const next = createAddressWorld(lines);
  made.push(next);
  return next;
};

afterEach(() => {
  for (const { folder } of made) folder.remove();
  made = [];
});

describe('rewriting', () => {
  it.each([
    ['alice', 'alice@localhost'],
    ['alice@localhost.', 'alice@localhost'],
    ['alice@localhost..', 'alice@localhost..'],
    ['alice@', 'alice@'],
    ['localhost!carol', 'carol@localhost'],
    ['a!b!c', 'b!c@a'],
    ['bob%there', 'bob@there'],
    ['bob%there@localhost', 'bob%there@localhost'],
    ['a@b@c', 'a@b@c'],
    ['al ice', 'al ice@localhost'],
    ['', ''],
    ['@', '@'],
    ['@localhost', '@localhost'],
    ['alice@[127.0.0.1]', 'alice@[127.0.0.1]'],
  ])('%s becomes %s', (address, rewritten) => {
    expect(world().rewriter.rewrite('local', address)).toBe(rewritten);
  });

  it('leaves routes alone when the hacks are off', () => {
    const { rewriter } = world('swap_bangpath = no', 'allow_percent_hack = no');
    expect(rewriter.rewrite('local', 'a!b')).toBe('a!b@localhost');
    expect(rewriter.rewrite('local', 'a%b')).toBe('a%b@localhost');
  });

  it('completes a domain without a dot', () => {
    const { rewriter } = world('append_dot_mydomain = yes', 'mydomain = example.test');
    expect(rewriter.rewrite('local', 'a@host')).toBe('a@host.example.test');
    expect(rewriter.rewrite('local', 'a@host.')).toBe('a@host');
    expect(rewriter.rewrite('local', 'a@[127.0.0.1]')).toBe('a@[127.0.0.1]');
    expect(rewriter.rewrite('local', 'a')).toBe('a@localhost.example.test');
  });

  it('completes nothing for a remote client, unless remote_header_rewrite_domain is set', () => {
    expect(world().rewriter.rewrite('remote', 'a')).toBe('a');
    const { rewriter } = world('remote_header_rewrite_domain = domain.invalid');
    expect(rewriter.rewrite('remote', 'a')).toBe('a@domain.invalid');
  });

  it('strips source routes in external form, and believes quotes', () => {
    const { rewriter } = world();
    expect(rewriter.rewriteExternal('local', '@a,@b:c@d')).toBe('c@d');
    expect(rewriter.rewriteExternal('local', '"a!b"')).toBe('a!b@localhost');
    expect(rewriter.rewriteExternal('local', '""')).toBe('""');
    expect(rewriter.rewriteExternal('local', '@')).toBe('""');
  });

  it('ends, and changes nothing the second time', () => {
    const { rewriter } = world();
    const local = fc.string({ unit: fc.constantFrom(...Array.from('ab.%!:;,"\\<>()[] ü')), maxLength: 14 });
    const domain = fc.stringMatching(/^(?:@[a-z.-]{1,8})?$/);
    const addresses = fc.tuple(local, domain).map((parts) => parts.join(''));
    fc.assert(
      fc.property(addresses, (address) => {
        const once = rewriter.rewrite('local', address);
        expect(rewriter.rewrite('local', once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});
