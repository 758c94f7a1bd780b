import { describe, expect, it } from 'vitest';
import { headerNameLength, headerNameLengthAt, headerOptions, headerValue } from './header.ts';
import { mailDate, utcStamp } from './header-date.ts';

describe('header names', () => {
  it.each([
    ['Subject: x', 7],
    ['Subject : x', 7],
    ['X-1:', 3],
    [': x', 0],
    [' Subject: x', 0],
    ['no colon', 0],
    ['two words: x', 0],
    ['grüße: x', 0],
    ['', 0],
  ])('%j has a name of %i characters', (line, length) => {
    expect(headerNameLength(line)).toBe(length);
    const bytes = Buffer.from(`..${line}`);
    expect(headerNameLengthAt(bytes, 2, bytes.length)).toBe(length);
  });

  it('knows what to do with a header whatever its capitals', () => {
    expect(headerOptions('message-id')?.name).toBe('Message-Id');
    expect(headerOptions('resent-to')).toMatchObject({ role: 'recipient', resent: true, extract: true });
    expect(headerOptions('x-mailer')).toBeUndefined();
  });

  it('finds the value behind folding and blanks', () => {
    expect(headerValue('Subject: \n\ta\n b')).toBe('a\n b');
  });
});

describe('dates', () => {
  it('writes a header date with offset and zone', () => {
    expect(mailDate(Date.UTC(2026, 0, 2, 3, 4, 5))).toMatch(
      /^(Thu|Fri), [12] Jan 2026 \d\d:\d\d:05 [+-]\d{4} \(.+\)$/,
    );
  });
  it('writes the stamp of a Message-Id in UTC', () => {
    expect(utcStamp(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('20260102030405');
  });
});
