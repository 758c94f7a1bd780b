import { describe, expect, it } from 'vitest';
import { areVerpDelimiters, verpSender } from './verp.ts';

describe('variable envelope return paths', () => {
  it.each([
    ['+=', 'carol@here.test', 'a@s.test', 'carol+a=s.test@here.test'],
    ['-=', 'carol@here.test', 'a@s.test', 'carol-a=s.test@here.test'],
    ['+=', 'carol+x@here.test', 'b.c+d@s.test', 'carol+x+b.c+d=s.test@here.test'],
    ['+=', 'carol@here.test', 'alice', 'carol+alice@here.test'],
    ['+=', 'carol', 'a@s.test', 'carol+a=s.test'],
    ['+=', '', 'a@s.test', ''],
    ['', 'carol@here.test', 'a@s.test', 'carol@here.test'],
  ])('with %s: %s for %s is %s', (delimiters, sender, recipient, expected) => {
    expect(verpSender(delimiters, sender, { address: 'other@s.test', originalAddress: recipient })).toBe(
      expected,
    );
  });

  it('take the address itself where nothing was asked for', () => {
    expect(verpSender('+=', 'o@h', { address: 'a@s', originalAddress: '' })).toBe('o+a=s@h');
  });

  it.each([
    ['+=', true],
    ['==', true],
    ['ab', false],
    ['+', false],
    ['', false],
    ['+=-', false],
  ])('%s as delimiters: %s', (delimiters, isGood) => {
    expect(areVerpDelimiters(delimiters, '-=+')).toBe(isGood);
  });
});
