import { describe, expect, test } from 'vitest';
import {
  begin,
  edit,
  firstParameter,
  keepMine,
  lineOf,
  parameterAt,
  piecesOf,
  refresh,
  settle,
  takeTheirs,
  textOf,
  valueIn,
} from './config-draft.ts';

const base = begin({ text: 'a = 1\n', version: 'v1' });
const theirs = { text: 'a = 2\n', version: 'v2' };

describe('a draft', () => {
  test('that is typed back to what was read is none', () => {
    expect(edit(edit(base, 'a = 3\n'), 'a = 1\n')).toEqual(base);
  });

  test('does not exist: what another program wrote appears at once', () => {
    expect(refresh(base, theirs)).toEqual(begin(theirs));
  });

  test('conflicts with what another program wrote meanwhile', () => {
    const draft = refresh(edit(base, 'a = 3\n'), theirs);
    expect(draft.theirs).toEqual(theirs);
    expect(textOf(draft)).toBe('a = 3\n');
    expect(keepMine(draft)).toEqual({ ...theirs, edited: 'a = 3\n' });
    expect(takeTheirs(draft)).toEqual(begin(theirs));
  });

  test('is merged with what another program changed elsewhere in the file', () => {
    const begun = edit(begin({ text: 'a = 1\nb = 1\nc = 1\n', version: 'v1' }), 'a = 9\nb = 1\nc = 1\n');
    const merged = refresh(begun, { text: 'a = 1\nb = 1\nc = 2\n', version: 'v2' });
    expect(merged).toEqual({ text: 'a = 1\nb = 1\nc = 2\n', version: 'v2', edited: 'a = 9\nb = 1\nc = 2\n' });
  });

  test('in conflict tells both texts, and is settled by a third', () => {
    const draft = refresh(edit(base, 'a = 3\n'), theirs);
    expect(piecesOf(draft)).toEqual([{ kind: 'conflict', mine: ['a = 3\n'], theirs: ['a = 2\n'] }]);
    expect(settle(draft, 'a = 5\n')).toEqual({ ...theirs, edited: 'a = 5\n' });
  });

  test('that says the same as the file now is done', () => {
    expect(refresh(edit(base, theirs.text), theirs)).toEqual(begin(theirs));
  });
});

describe('main.cf text', () => {
  const text = '# first\nmyhostname = a\n\nlist =\n  one\n# between\n  two\nmyhostname = b\n';

  test.each([
    [1, undefined],
    [2, 'myhostname'],
    [3, undefined],
    [4, 'list'],
    [5, 'list'],
    [6, undefined],
    [7, 'list'],
    [8, 'myhostname'],
  ])('line %i belongs to %s', (line, name) => {
    expect(parameterAt(text, line)).toBe(name);
  });

  test('gives the last definition, continuation lines joined', () => {
    expect(valueIn(text, 'myhostname')).toBe('b');
    expect(valueIn(text, 'list')).toBe('one two');
    expect(valueIn(text, 'none')).toBeUndefined();
    expect(firstParameter(text)).toBe('myhostname');
    expect(lineOf(text, 'myhostname')).toBe(8);
    expect(lineOf(text, 'none')).toBeUndefined();
  });
});
