import { describe, expect, test } from 'vitest';
import { matching, nameAt, targetAt, typedAt } from './names-at.ts';

describe('what is being typed', () => {
  test.each([
    ['main', 'smtpd_re', { prefix: 'smtpd_re', from: 0, as: 'define' }],
    ['main', 'a = $my', { prefix: 'my', from: 5, as: 'macro' }],
    ['main', '  b ${my', { prefix: 'my', from: 6, as: 'macro' }],
    ['main', 'a = smtp', undefined],
    ['main', '# smtp', undefined],
    ['master', '  -o smtpd_', { prefix: 'smtpd_', from: 5, as: 'override' }],
    ['master', 'smtp', undefined],
    ['table', 'root', undefined],
  ] as const)('in %s, after "%s"', (kind, line, found) => {
    expect(typedAt(kind, line, line.length)).toEqual(found);
  });
});

test('the name under the cursor', () => {
  expect(nameAt('a = $mydomain', 8)).toEqual({ name: 'mydomain', from: 5, to: 13 });
  expect(nameAt('# mydomain', 4)).toBeUndefined();
});

describe('where one can go from', () => {
  const line = 'x = $myhostname, lmdb:${config_directory}/virtual, hash:/c.d/aliases, hash:/cxd/other';
  test.each([
    ['$my', { kind: 'name', name: 'myhostname' }],
    ['virtual', { kind: 'file', file: 'virtual' }],
    ['${conf', { kind: 'name', name: 'config_directory' }],
    ['aliases', { kind: 'file', file: 'aliases' }],
    ['other', undefined],
    ['x =', undefined],
  ])('%s', (at, target) => {
    expect(targetAt(line, line.indexOf(at) + 1, '/c.d')).toEqual(target);
  });
});

test('names that begin so come before those that have it inside', () => {
  const all = ['mydomain', 'append_dot_mydomain', 'myorigin'].map((name) => ({ name }));
  expect(matching(all, 'mydo', 9).map(({ name }) => name)).toEqual(['mydomain', 'append_dot_mydomain']);
  expect(matching(all, 'm', 1).map(({ name }) => name)).toEqual(['mydomain']);
});
