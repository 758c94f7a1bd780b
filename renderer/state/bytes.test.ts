import { expect, it } from 'vitest';
import { decodedText } from './bytes.ts';

it.each([
  ['utf-8', [0xc3, 0xa4], 'ä'],
  ['', [0xc3, 0xa4], 'ä'],
  ['US-ASCII', [0xe4], 'ä'],
  ['iso-8859-2', [0xb1], 'ą'],
  ['no-such-charset', [0xe4], 'ä'],
])('reads text that is said to be in “%s”', (charset, bytes, text) => {
  expect(decodedText(new Uint8Array(bytes).buffer, charset)).toBe(text);
});
