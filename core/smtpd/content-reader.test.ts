import { expect, test } from 'vitest';
import { ContentReader } from './content-reader.ts';
import type { BareNewlinePolicy } from './settings.ts';
import { createRandom } from './random.test-support.ts';

interface Read {
  readonly text: string | undefined;
  readonly rest: string;
  readonly hasBareNewline: boolean;
}

function readAll(input: string, cuts: readonly number[] = [], policy: BareNewlinePolicy = 'allow'): Read {
  const reader = new ContentReader(policy, 0);
  const bytes = Buffer.from(input, 'latin1');
  const edges = [0, ...cuts, bytes.length];
  for (let i = 1; i < edges.length; i++) {
    const from = edges[i - 1] ?? 0;
    const chunk = bytes.subarray(from, edges[i]);
    if (chunk.length === 0) continue;
    const end = reader.read(chunk);
    if (end === undefined) continue;
    const content = reader.finish();
    return {
      text: content.bytes.toString('latin1'),
      rest: bytes.subarray(from + end).toString('latin1'),
      hasBareNewline: content.hasBareNewline,
    };
  }
  return { text: undefined, rest: '', hasBareNewline: reader.finish().hasBareNewline };
}

/** The same by the book: line by line, without any care for speed (smtpd's receive loop with default settings). */
function byTheBook(input: string): Read {
  let text = '';
  let at = 0;
  for (;;) {
    const newline = input.indexOf('\n', at);
    if (newline < 0) return { text: undefined, rest: '', hasBareNewline: false };
    const line = input.slice(at, newline + 1);
    at = newline + 1;
    if (/^\.\r*\n$/.test(line)) return { text, rest: input.slice(at), hasBareNewline: false };
    text += line.startsWith('.') ? line.slice(1) : line;
  }
}

test('reads the same however the bytes are cut, and as the standard says', () => {
  const random = createRandom(7);
  const pieces = ['.', '..', '\r\n', '\n', '\r', 'a', 'bc.', '\r\n.\r\n', '.\r\r\n', '\r\n..', ' '];
  for (let round = 0; round < 5000; round++) {
    const count = random(12);
    let input = '';
    for (let i = 0; i < count; i++) input += pieces[random(pieces.length)] ?? '';
    input += '\r\n.\r\nQUIT\r\n';
    const cuts = Array.from({ length: random(6) }, () => random(input.length)).sort((a, b) => a - b);
    const expected = byTheBook(input);
    expect(readAll(input, cuts), JSON.stringify({ input, cuts })).toEqual(expected);
  }
});

test('keeps the three policies apart, however the bytes are cut', () => {
  const random = createRandom(11);
  const pieces = ['.', '\r\n', '\n', '\r', 'a', '\n.\n', '\n.\r\n', '\r\n.\n', '..'];
  for (let round = 0; round < 3000; round++) {
    const count = random(10);
    let input = '';
    for (let i = 0; i < count; i++) input += pieces[random(pieces.length)] ?? '';
    input += '\r\n.\r\n';
    for (const policy of ['standard', 'reject'] as const) {
      const cuts = Array.from({ length: random(5) }, () => random(input.length)).sort((a, b) => a - b);
      expect(readAll(input, cuts, policy), JSON.stringify({ input, cuts, policy })).toEqual(
        readAll(input, [], policy),
      );
    }
  }
});

test.each<readonly [string, BareNewlinePolicy, string | undefined]>([
  ['.\r\n', 'allow', ''],
  ['a\r\n.\r\n', 'allow', 'a\r\n'],
  ['a\n.\n', 'allow', 'a\n'],
  ['a\n.\r\n', 'allow', 'a\n'],
  ['a\r\n..b\r\n.\r\n', 'allow', 'a\r\n.b\r\n'],
  ['.\r\n', 'standard', ''],
  ['a\n.\n', 'standard', undefined],
  ['a\n.\r\n', 'standard', undefined],
  ['a\r\n.\n', 'standard', undefined],
  ['a\n.\nb\r\n.\r\n', 'standard', 'a\nb\r\n'],
  ['a\nb\r\n.\r\n', 'reject', 'a\nb\r\n'],
])('%j under `%s`', (input, policy, text) => {
  expect(readAll(input, [], policy).text).toBe(text);
});

test('says when a bare newline is forbidden, and only then', () => {
  expect(readAll('a\nb\r\n.\r\n', [], 'reject').hasBareNewline).toBe(true);
  expect(readAll('a\r\nb\r\n.\r\n', [3], 'reject').hasBareNewline).toBe(false);
  expect(readAll('a\r\nb\r\n.\r\n', [2], 'reject').hasBareNewline).toBe(false);
  expect(readAll('a\nb\r\n.\r\n', [], 'standard').hasBareNewline).toBe(false);
});

test('reads what is too long to its end and does not keep it', () => {
  const reader = new ContentReader('allow', 100);
  const line = Buffer.from(`${'x'.repeat(98)}\r\n`);
  for (let i = 0; i < 1000; i++) expect(reader.read(line)).toBeUndefined();
  expect(reader.read(Buffer.from('.\r\n'))).toBe(3);
  const content = reader.finish();
  expect(content.isOverLimit).toBe(true);
  expect(content.bytes.length).toBeLessThanOrEqual(100);
  expect(reader.size).toBe(100_000);
});
