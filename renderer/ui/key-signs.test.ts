import { expect, it } from 'vitest';
import { keySigns, keyWords } from './key-signs.ts';

it('says Ctrl, and ⌘ on a Mac', () => {
  expect(keyWords('Mod+k', false)).toBe('Ctrl K');
  expect(keyWords('Mod+k', true)).toBe('⌘K');
  expect(keyWords('Mod+Shift+p', false)).toBe('Ctrl Shift P');
  expect(keyWords('Mod+Shift+p', true)).toBe('⌘⇧P');
  expect(keyWords('Mod+Enter', false)).toBe('Ctrl Enter');
});

it('leaves keys that are pressed one after another as they are typed', () => {
  expect(keySigns('g a', true)).toEqual(['g', 'a']);
  expect(keySigns('J', true)).toEqual(['J']);
  expect(keySigns('Shift+ArrowDown', false)).toEqual(['Shift', '↓']);
});
