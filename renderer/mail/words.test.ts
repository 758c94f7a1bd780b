import { describe, expect, test } from 'vitest';
import type { Part } from '../../core/api/contract/mail.ts';
import { rangeWords } from './calendar-words.ts';
import { readLink } from './link-words.ts';
import { partName, protectionOf } from './part-words.ts';
import { recipientRow } from './report-words.ts';

const part = (change: Partial<Part>): Part => ({
  number: '1',
  contentType: 'text/plain',
  kind: 'text',
  charset: '',
  encoding: '7bit',
  disposition: '',
  fileName: '',
  safeName: '',
  contentId: '',
  size: 1,
  depth: 0,
  isAttachment: false,
  ...change,
});

describe('links', () => {
  test.each([
    ['https://shop.test/a?b#c', 'https://', 'shop.test', '/a?b#c', []],
    ['https://bank.test@evil.test/', 'https://bank.test@', 'evil.test', '/', [/user name/]],
    ['https://a:secret@evil.test:8443/', 'https://a:…@', 'evil.test:8443', '/', [/user name/]],
    ['http://127.0.0.1/x', 'http://', '127.0.0.1', '/x', [/by its number/, /not encrypted/]],
    ['https://xn--80ak6aa92e.test/', 'https://', 'xn--80ak6aa92e.test', '/', [/other alphabets/]],
    ['mailto:a@b.test?subject=x', 'mailto:', 'a@b.test', '?subject=x', []],
  ] as const)('%s', (url, before, host, after, warnings) => {
    const link = readLink(url);
    expect([link.before, link.host, link.after]).toEqual([before, host, after]);
    expect(link.warnings).toHaveLength(warnings.length);
    for (const [index, warning] of warnings.entries()) expect(link.warnings[index]).toMatch(warning);
  });

  test('letters of another alphabet are shown as what they are sent as', () => {
    expect(readLink('https://аррӏе.test/').host).toMatch(/^xn--/);
  });
});

describe('calendar times', () => {
  const at = (text: string, zone = '') => ({ at: text, zone });
  test.each([
    [
      at('2026-11-22T14:00', 'Europe/Berlin'),
      at('2026-11-22T15:30', 'Europe/Berlin'),
      'Sunday 22 November 2026 14:00 – 15:30 Europe/Berlin',
    ],
    [at('2026-11-22T14:00Z'), undefined, 'Sunday 22 November 2026 14:00 UTC'],
    [at('2026-11-22'), at('2026-11-23'), 'Sunday 22 November 2026 – Monday 23 November 2026'],
    [undefined, undefined, 'not said'],
  ])('%j to %j', (start, end, words) => {
    expect(rangeWords(start, end).replaceAll(',', '')).toBe(words);
  });
});

test('a part is named by its safe name, else by what it is', () => {
  expect(partName(part({ safeName: 'a.txt' }))).toBe('a.txt');
  expect(partName(part({ kind: 'message', number: '2' }))).toBe('Message 2');
  expect(partName(part({ kind: 'container', number: '' }))).toBe('The whole message');
});

test('protection is said of the whole message only', () => {
  expect(protectionOf([part({ contentType: 'multipart/signed', kind: 'container' })])).toBe(
    'Signed, not verified',
  );
  expect(protectionOf([part({ contentType: 'application/pkcs7-mime', kind: 'smime' })])).toMatch(/^S\/MIME/);
  expect(protectionOf([part({}), part({ kind: 'smime' })])).toBe('');
  expect(protectionOf([])).toBe('');
});

test('a recipient of a report is told in words', () => {
  const row = recipientRow([
    { name: 'Final-Recipient', value: 'rfc822; a@x.test' },
    { name: 'Original-Recipient', value: 'rfc822;b@x.test' },
    { name: 'Action', value: 'Failed' },
    { name: 'Status', value: '5.1.1 (no)' },
    { name: 'Diagnostic-Code', value: 'smtp; 550 no such user' },
  ]);
  expect(row).toEqual({
    recipient: 'a@x.test',
    original: 'b@x.test',
    action: 'failed',
    tone: 'bad',
    status: '5.1.1',
    meaning: 'no such mailbox, for good',
    diagnostic: '550 no such user',
    remote: '',
  });
});
