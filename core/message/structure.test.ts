import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodedText, encodedBytes } from './decode.ts';
import { bodyOf } from '../mail/delivered-form.ts';
import { parseStructure } from './structure.ts';
import { sampleContent, sampleNames, toContent } from './testing.ts';

/** `number type attached?` of each part, indented by depth. */
async function outline(name: string): Promise<readonly string[]> {
  const { parts } = await parseStructure(sampleContent(name));
  return parts.map((p) => {
    const mark = p.isAttachment ? ' attached' : '';
    return `${'  '.repeat(p.depth)}${p.number} ${p.contentType}${mark}`;
  });
}

describe('the structure of a message', () => {
  it.each<[string, readonly string[]]>([
    ['cron.eml', ['1 text/plain']],
    ['empty.eml', ['1 text/plain']],
    [
      'receipt.eml',
      [
        ' multipart/related',
        '  1 multipart/alternative',
        '    1.1 text/plain',
        '    1.2 text/html',
        '  2 image/png',
        '  3 image/png',
        '  4 image/png',
        '  5 image/png',
      ],
    ],
    [
      'build-failed.eml',
      [
        ' multipart/mixed',
        '  1 multipart/alternative',
        '    1.1 text/plain',
        '    1.2 text/html',
        '  2 text/plain attached',
      ],
    ],
    [
      'calendar-invite.eml',
      [
        ' multipart/mixed',
        '  1 multipart/alternative',
        '    1.1 text/plain',
        '    1.2 text/html',
        '    1.3 text/calendar',
        '  2 application/ics attached',
      ],
    ],
    [
      'delivery-report.eml',
      [
        ' multipart/report',
        '  1 text/plain',
        '  2 message/delivery-status',
        '  3 message/rfc822',
        '    3.TEXT multipart/alternative',
        '      3.1 text/plain',
        '      3.2 text/html',
      ],
    ],
    [
      'forwarded.eml',
      [
        ' multipart/mixed',
        '  1 text/plain',
        '  2 message/rfc822 attached',
        '    2.TEXT multipart/mixed',
        '      2.1 text/plain',
        '      2.2 image/png',
        '      2.3 message/rfc822',
        '        2.3.1 text/plain',
      ],
    ],
    ['no-closing-boundary.eml', [' multipart/mixed', '  1 text/plain', '  2 text/html']],
    ['broken-boundary.eml', [' multipart/mixed']],
  ])('%s', async (name, parts) => {
    expect(await outline(name)).toEqual(parts);
  });

  it('says what is wrong with a boundary, and keeps the rest', async () => {
    const { error } = await parseStructure(sampleContent('broken-boundary.eml'));
    expect(error).toBe('multipart whose boundary does not occur in it');
    const without = await parseStructure(toContent('Content-Type: multipart/mixed\n\ntext'));
    expect(without.error).toBe('multipart without a boundary parameter');
    expect((await parseStructure(sampleContent('no-closing-boundary.eml'))).error).toBeUndefined();
  });

  it.each(sampleNames())(
    '%s: the ranges of parts lie in each other and in the body, in order',
    async (name) => {
      const content = sampleContent(name);
      const body = bodyOf(content);
      const { parts } = await parseStructure(content);
      expect(parts.length).toBeGreaterThan(0);
      parts.forEach((part, index) => {
        expect(part.headerStart).toBeLessThanOrEqual(part.bodyStart);
        expect(part.bodyStart).toBeLessThanOrEqual(part.bodyEnd);
        expect(part.bodyEnd).toBeLessThanOrEqual(body.length);
        const next = parts[index + 1];
        if (next === undefined) return;
        if (next.depth > part.depth) expect(next.headerStart).toBeGreaterThanOrEqual(part.bodyStart);
        else expect(next.headerStart).toBeGreaterThanOrEqual(part.bodyEnd);
      });
    },
  );

  it('gives exactly the bytes between the delimiters', async () => {
    const raw =
      'Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\none\r\ntwo\r\n--b\r\nX: y\r\n\r\n\r\n--b--\r\nepilogue';
    const content = toContent(raw);
    const { parts } = await parseStructure(content);
    const text = parts.map((p) => Buffer.from(encodedBytes(p, bodyOf(content))).toString());
    expect(text[1]).toBe('one\r\ntwo');
    expect(text[2]?.trim()).toBe('');
  });

  it('reads the same in CRLF and in LF', async () => {
    for (const name of sampleNames()) {
      const lf = sampleContent(name).raw;
      const crlf = Buffer.from(Buffer.from(lf).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
      const both = [await parseStructure(toContent(lf)), await parseStructure(toContent(crlf))];
      const [first, second] = both.map((s) =>
        s.parts.map((part) => ({ ...part, headerStart: 0, bodyStart: 0, bodyEnd: 0 })),
      );
      expect(second, name).toEqual(first);
    }
  });

  it('reads 10,000 parts, and gives up on more than it can with a reason', async () => {
    const many = (count: number) =>
      `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(count)}--b--\n`;
    expect((await parseStructure(toContent(many(10_000)))).parts).toHaveLength(10_001);
    const tooMany = await parseStructure(toContent(many(30_000)));
    expect(tooMany.error).toMatch(/Max allowed child nodes/);
  });

  it('never throws, whatever the bytes', async () => {
    const words = fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\n',
      '\r',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: message/rfc822',
      ': ',
      'text',
      '\0',
      '\xff',
      'Content-Transfer-Encoding: base64',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 40 }), async (list) => {
        const content = toContent(Buffer.from(list.join(''), 'latin1'));
        const { parts } = await parseStructure(content);
        for (const part of parts) decodedText(part, bodyOf(content));
      }),
      { numRuns: 100 },
    );
  });
});
