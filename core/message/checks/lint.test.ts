import { describe, expect, it } from 'vitest';
import { parseStructure } from '../structure.ts';
import { bodyOf } from '../../mail/delivered-form.ts';
import { sampleContent, sampleNames, toContent } from '../testing.ts';
import { checkMessage } from './checks.ts';
import { readDate } from './header-date.ts';
import { lintHeader } from './header-lint.ts';
import { linksOf } from './links.ts';
import { lintHtmlSize, lintLines } from './size-lint.ts';
import { checkUnsubscribe } from './unsubscribe.ts';

const NOW = Date.UTC(2026, 10, 22, 13, 0, 0);
const GOOD = [
  'From: Shop <shop@shop.test>',
  'To: a@b.test',
  'Subject: x',
  'Date: Sun, 22 Nov 2026 14:02:11 +0100',
  'Message-ID: <1@shop.test>',
];
const lint = (lines: readonly string[]) =>
  lintHeader(Buffer.from(`${lines.join('\r\n')}\r\n`), NOW).map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
const without = (name: string) => GOOD.filter((line) => !line.startsWith(`${name}:`));

describe('the header', () => {
  it('has nothing to complain about where it is in order', () => {
    expect(lint(GOOD)).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no From', without('From'), /^error: From is missing/],
    ['no Date', without('Date'), /^error: Date is missing/],
    ['no Message-ID', without('Message-ID'), /^warning: Message-ID is missing/],
    ['no recipient', without('To'), /^note: There is no To/],
    ['two subjects', [...GOOD, 'subject: again'], /^error: Subject stands there 2 times/],
    [
      'an odd date',
      [...without('Date'), 'Date: 2026-11-22 14:02'],
      /^error: The date cannot be relied on: it has not the form/,
    ],
    [
      'an old date',
      [...without('Date'), 'Date: Mon, 22 Nov 2021 14:02:11 +0100'],
      /^warning: The date is 1826 days from/,
    ],
    [
      'an obsolete zone',
      [...without('Date'), 'Date: Sun, 22 Nov 2026 13:02:11 GMT'],
      /^warning: The date is understood, but/,
    ],
    ['Bcc', [...GOOD, 'Bcc: c@d.test'], /^warning: Bcc stands in the message/],
    ['two authors', [...without('From'), 'From: a@b.test, c@d.test'], /^error: From names several people/],
    ['8-bit text', [...without('Subject'), 'Subject: Grüße'], /^warning: Letters that are not ASCII/],
    ['a line that is no field', [...GOOD, 'what is this'], /^error: A line in the header is no field/],
    [
      'an odd Message-ID',
      [...without('Message-ID'), 'Message-ID: 17'],
      /^warning: Message-ID has not the form/,
    ],
    [
      'MIME without a version',
      [...GOOD, 'Content-Type: text/html'],
      /^warning: Content-Type without MIME-Version/,
    ],
  ])('is told about %s', (_, lines, message) => {
    const found = lint(lines);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
});

describe('dates', () => {
  it.each<[string, string]>([
    ['Sun, 22 Nov 2026 14:02:11 +0100 (CET)', '2026-11-22T13:02:11.000Z'],
    ['22 Nov 2026 14:02 -0530', '2026-11-22T19:32:00.000Z'],
    ['Sun, 1 Feb 2026 00:00:00 +0000', '2026-02-01T00:00:00.000Z'],
  ])('%s', (value, expected) => {
    const reading = readDate(value);
    expect(reading.kind === 'date' ? new Date(reading.at).toISOString() : reading.why).toBe(expected);
  });

  it.each([
    ['Mon, 22 Nov 2026 14:02:11 +0100', 'that day is a Sun, not a Mon'],
    ['30 Feb 2026 00:00:00 +0000', 'that month has no day 30'],
    ['1 Foo 2026 00:00:00 +0000', 'there is no month Foo'],
    ['1 Jan 2026 25:00:00 +0000', 'a number in it is out of range'],
  ])('%s is none: %s', (value, why) => {
    expect(readDate(value)).toEqual({ kind: 'bad', why });
  });
});

describe('lines and sizes', () => {
  it('tells of lines over 998 characters, and the first of them', async () => {
    const [found, ...more] = await lintLines(
      Buffer.from(`a\r\n${'x'.repeat(998)}\r\n${'y'.repeat(999)}\r\n`),
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: 'error', line: 3 });
    expect(found?.message).toContain('the longest 999');
  });

  it('tells of line ends that are not all the same, not of LF throughout', async () => {
    expect(await lintLines(Buffer.from('a\r\nb\n'))).toHaveLength(1);
    expect(await lintLines(Buffer.from('a\nb\n'))).toEqual([]);
  });

  it('tells of HTML that Gmail clips', () => {
    expect(lintHtmlSize(102 * 1024)).toEqual([]);
    expect(lintHtmlSize(150 * 1024)[0]?.message).toContain('150 kB');
  });
});

describe('unsubscribing', () => {
  const check = (fields: Readonly<Record<string, string>>, html = '') =>
    checkUnsubscribe(
      Object.entries(fields).map(([name, value]) => ({ name, value })),
      html,
    );
  const messages = (fields: Readonly<Record<string, string>>, html = '') =>
    check(fields, html)?.findings.map(({ severity, message }) => `${severity} ${message}`);

  it('is in order with an https address, one click and a signature over both', () => {
    expect(
      check({
        'List-Unsubscribe': '<mailto:off@app.test>, (comment) <https://app.test/off?u=1>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'DKIM-Signature': 'v=1; d=app.test; h=From:List-Unsubscribe : list-unsubscribe-post; b=x',
      }),
    ).toEqual({
      targets: ['mailto:off@app.test', 'https://app.test/off?u=1'],
      isOneClick: true,
      findings: [],
    });
  });

  it.each<[Readonly<Record<string, string>>, RegExp]>([
    [{ 'List-Unsubscribe': 'https://app.test/off' }, /^error List-Unsubscribe has no URI in angle brackets/],
    [{ 'List-Unsubscribe': '<https://app.test/off>' }, /^warning List-Unsubscribe-Post is missing/],
    [
      { 'List-Unsubscribe': '<mailto:a@b.test>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      /^error One-click unsubscribing needs an https/,
    ],
    [
      { 'List-Unsubscribe': '<https://a.test/>', 'List-Unsubscribe-Post': 'yes' },
      /^error List-Unsubscribe-Post must say/,
    ],
    [{ 'List-Id': '<news.app.test>' }, /^warning This looks like mail to many/],
  ])('%j', (fields, message) => {
    expect(messages(fields)?.[0]).toMatch(message);
  });

  it('is asked of mail that speaks of it, and of no other', () => {
    expect(messages({}, '<a href="x">Unsubscribe</a>')?.[0]).toMatch(/^warning This looks/);
    expect(check({ Subject: 'Receipt' }, '<p>Thanks</p>')).toBeUndefined();
  });
});

describe('links', () => {
  const warnings = async (html: string) => (await linksOf(html)).map((link) => [link.kind, ...link.warnings]);

  it.each<[string, readonly string[]]>([
    ['<a href="https://shop.test/x">Shop</a>', ['page']],
    ['<a href="http://shop.test/x">Shop</a>', ['page', 'It is not encrypted (http).']],
    ['<a href="http://127.0.0.1:3000/x">Shop</a>', ['page']],
    [
      '<a href="https://evil.test/">https://www.bank.test/login</a>',
      ['page', 'It shows www.bank.test, but leads elsewhere.'],
    ],
    ['<a href="https://a.shop.test/">shop.test</a>', ['page']],
    ['<a href="">x</a>', ['other', 'It leads nowhere.']],
    [
      '<a href="/account">x</a>',
      ['other', 'It is relative: in a mail there is nothing that it is relative to.'],
    ],
    ['<a href="javascript:x()">x</a>', ['other', 'Mail clients take this kind of link out.']],
    ['<a href="https://shop.test/?u={{user}}">x</a>', ['page', 'A placeholder was not filled in.']],
    ['<a href="mailto:a@b.test">x</a>', ['mail']],
    ['<img src="https://cdn.test/x.png">', ['image']],
  ])('%s', async (html, expected) => {
    expect(await warnings(html)).toEqual([expected]);
  });

  it('are told once, with their line, their words and how often; anchors are none', async () => {
    const html =
      '<a name="top">a</a>\n<a href="#top">up</a>\n<a href="http://localhost/x"><b>go</b> there</a><a href="http://localhost/x">go there</a>';
    expect(await linksOf(html)).toEqual([
      {
        url: 'http://localhost/x',
        text: 'go there',
        kind: 'page',
        line: 3,
        count: 2,
        isLoopback: true,
        warnings: [],
      },
    ]);
  });
});

it('takes every sample', async () => {
  for (const name of sampleNames()) {
    const content = sampleContent(name);
    const { parts, error } = await parseStructure(content);
    const checks = await checkMessage(
      { content, parts, body: bodyOf(content), ...(error === undefined ? {} : { structureError: error }) },
      NOW,
    );
    expect(checks.html === undefined || checks.html.families.length > 0, name).toBe(true);
  }
});

it('tells of HTML alone', async () => {
  const content = toContent(
    [...GOOD, 'MIME-Version: 1.0', 'Content-Type: text/html', '', '<p>x</p>', ''].join('\r\n'),
  );
  const { parts } = await parseStructure(content);
  const { message } = await checkMessage({ content, parts, body: bodyOf(content) }, NOW);
  expect(message.map((found) => found.message)).toEqual([
    'There is HTML and no plain text: not every reader shows HTML.',
  ]);
});
