import { expect, onTestFinished, test } from 'vitest';
import { parseSmtpPath } from '../../address/parse.ts';
import { createTestWorld } from '../world.test-support.ts';
import { decodeXtext, plainAddress } from './address.ts';
import { createRandom } from '../random.test-support.ts';

test('what is read at a glance is what the parser and the resolver make of it', async () => {
  const world = createTestWorld();
  onTestFinished(() => {
    world.remove();
  });
  const random = createRandom(3);
  const pieces = [
    'a',
    'B',
    '0',
    '.',
    '-',
    '_',
    '+',
    '=',
    '%',
    '!',
    '@',
    'x.y',
    'é',
    '"',
    ' ',
    'example',
    '.com',
    '1',
  ];
  const seen = new Set<string>();
  for (let round = 0; round < 30_000; round++) {
    const some = (most: number) =>
      Array.from({ length: 1 + random(most) }, () => pieces[random(pieces.length)] ?? '').join('');
    const path = `<${some(4)}@${some(3)}${random(2) === 0 ? '' : '.com'}>`;
    const plain = plainAddress(path);
    if (plain === undefined || seen.has(path)) continue;
    seen.add(path);
    for (const strict of [false, true]) {
      expect(parseSmtpPath(path, { allowEmpty: false, strict })).toEqual(plain);
    }
    const resolution = await world.resolver.resolve(plain.address, '');
    expect(resolution.kind, path).toBe('resolved');
  }
  expect(seen.size).toBeGreaterThan(200);
});

test.each([
  '<>',
  'a@example.com',
  '<a@1.2.3.4>',
  '<-a@example.com>',
  '<a..b@example.com>',
  '<.a@example.com>',
  '<a.@example.com>',
  '<a%b@example.com>',
  '<a!b@example.com>',
  '<a@[127.0.0.1]>',
  '<a@-example.com>',
  '<a@example-.com>',
  '<a@example.com.>',
  '<"a b"@example.com>',
  '<ä@example.com>',
  '<@relay.example:a@example.com>',
  `<a@${'x'.repeat(64)}.com>`,
])('%s needs a closer look', (path) => {
  expect(plainAddress(path)).toBeUndefined();
});

test('xtext', () => {
  expect(decodeXtext('a+2Bb+3D')).toBe('a+b=');
  expect(decodeXtext('plain')).toBe('plain');
  expect(decodeXtext('a+2')).toBeUndefined();
  expect(decodeXtext('a+zz')).toBeUndefined();
});
