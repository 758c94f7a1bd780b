import { describe, expect, it } from 'vitest';
import { lineRecordBytes, recordBytes, textRecordBytes } from './record-size.ts';

describe('a record of a queue file', () => {
  it.each([
    [0, 2],
    [127, 129],
    [128, 131],
    [16_383, 16_386],
    [16_384, 16_388],
  ])('of %i characters has %i bytes', (length, bytes) => {
    expect(recordBytes(length)).toBe(bytes);
  });

  it.each([
    [5, 7],
    [2047, 2050],
    [2048, 2053],
    [2049, 2054],
    [5000, 5009],
  ])('line of %i characters: %i bytes in pieces of line_length_limit', (length, bytes) => {
    expect(lineRecordBytes(length, 2048)).toBe(bytes);
  });

  it('does not count line ends, of either kind', () => {
    expect(textRecordBytes(Buffer.from('ab\ncd\r\n\r\nlast'), 2048)).toBe(4 + 4 + 2 + 6);
  });
});
