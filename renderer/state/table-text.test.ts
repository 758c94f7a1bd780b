import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addRow,
  addWord,
  changeRow,
  faultOf,
  listWords,
  removeRow,
  removeWord,
  rowsOf,
  tableFile,
} from './table-text.ts';

const ALIASES = `# Postmaster first.
postmaster:   root

# Everybody in sales.
sales: alice,
  # on holiday
#  bob,
  carol
"odd name": dave
nonsense
`;

const row = (text: string, key: string, kind: 'aliases' | 'table' = 'aliases') => {
  const found = rowsOf(text, kind).find((one) => one.key === key);
  if (found === undefined) throw new Error(`no row ${key}`);
  return found;
};

describe('rows', () => {
  test('are read over continuation lines, without comments', () => {
    expect(rowsOf(ALIASES, 'aliases').map(({ key, value }) => [key, value])).toEqual([
      ['postmaster', 'root'],
      ['sales', 'alice, carol'],
      ['odd name', 'dave'],
    ]);
    expect(rowsOf('a@b.test  c d\n@e.test f\n', 'table').map(({ key, value }) => [key, value])).toEqual([
      ['a@b.test', 'c d'],
      ['@e.test', 'f'],
    ]);
  });

  test('are changed where they stand, and nothing else', () => {
    expect(
      changeRow(ALIASES, 'aliases', row(ALIASES, 'postmaster'), { key: 'postmaster', value: 'you' }),
    ).toBe(ALIASES.replace('postmaster:   root', 'postmaster:   you'));
    expect(changeRow(ALIASES, 'aliases', row(ALIASES, 'sales'), { key: 'shop', value: 'alice' })).toBe(
      ALIASES.replace('sales: alice,\n', 'shop: alice\n').replace('  carol\n', ''),
    );
  });

  test('are added at the end and removed, comments stay', () => {
    expect(addRow('a: b', 'aliases', { key: 'x y', value: 'z' })).toBe('a: b\n"x y": z\n');
    expect(removeRow(ALIASES, row(ALIASES, 'sales'))).toBe(
      ALIASES.replace('sales: alice,\n', '').replace('  carol\n', ''),
    );
  });

  test('every change keeps every comment and every other row', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const line = fc.oneof(
      word.map((name) => `# ${name}`),
      fc.constant(''),
      fc.tuple(word, word).map(([key, value]) => `${key} ${value}`),
      fc.tuple(word, word, word).map(([key, a, b]) => `${key} ${a},\n  # within\n  ${b}`),
    );
    fc.assert(
      fc.property(fc.array(line), fc.nat(), (lines, pick) => {
        const text = `${lines.join('\n')}\n`;
        const rows = rowsOf(text, 'table');
        const chosen = rows[pick % Math.max(1, rows.length)];
        if (chosen === undefined) return;
        const comments = (of: string) => of.split('\n').filter((one) => /^\s*#/.test(one));
        const others = rows.filter((one) => one !== chosen).map(({ key, value }) => [key, value]);
        const entries = (of: string) => rowsOf(of, 'table').map(({ key, value }) => [key, value]);
        const changed = changeRow(text, 'table', chosen, { key: 'NEW', value: 'v w' });
        expect(comments(changed)).toEqual(comments(text));
        expect(entries(changed).filter(([key]) => key !== 'NEW')).toEqual(others);
        const removed = removeRow(text, chosen);
        expect(comments(removed)).toEqual(comments(text));
        expect(entries(removed)).toEqual(others);
      }),
    );
  });

  test.each([
    [{ key: ' ', value: 'x' }, 'Name is missing'],
    [{ key: 'x', value: '' }, 'Where it goes is missing'],
    [{ key: 'x@y', value: 'z' }, 'An alias is a local name, without @'],
    [{ key: 'Sales', value: 'z' }, 'Sales is there already'],
    [{ key: '#x', value: 'z' }, 'A line that begins with # is a comment'],
    [{ key: 'new', value: 'z' }, undefined],
  ])('%o: %s', (entry, fault) => {
    expect(faultOf(entry, rowsOf(ALIASES, 'aliases'), 'aliases', 'Name')).toBe(fault);
  });
});

describe('lists of main.cf', () => {
  const MAIN = 'a = 1\ndomains = x.test,\n  # second\n  y.test\n# end\nb = 2\n';

  test('have their words, more and fewer, with comments kept', () => {
    expect(listWords(MAIN, 'domains').map(({ word }) => word)).toEqual(['x.test', 'y.test']);
    expect(addWord(MAIN, 'domains', 'z.test')).toBe(MAIN.replace('  y.test', '  y.test, z.test'));
    expect(addWord(MAIN, 'domains', 'x.test')).toBe(MAIN);
    expect(addWord(MAIN, 'c', 'z', '$d, z')).toBe(`${MAIN}c = $d, z\n`);
    expect(removeWord(MAIN, 'domains', 'y.test')).toBe(MAIN.replace('  y.test\n', ''));
    expect(removeWord(MAIN, 'domains', 'x.test')).toBe(MAIN.replace(' x.test,', ''));
    expect(removeWord('l = a, b, c\n', 'l', 'b')).toBe('l = a, c\n');
    expect(removeWord('l = a b\n', 'l', 'b')).toBe('l = a\n');
    expect(removeWord('l = a\n', 'l', 'a')).toBe('l =\n');
  });

  test('name the table that is a file of the folder', () => {
    expect(tableFile('regexp:/c/x, lmdb:$config_directory/virtual', '/c')).toBe('virtual');
    expect(tableFile('hash:/c/aliases', '/c')).toBe('aliases');
    expect(tableFile('hash:/etc/aliases', '/c')).toBeUndefined();
  });
});
