import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delivered, kitchen, queued } from './testing/kitchen.ts';

const line = fc.oneof(
  fc.constantFrom(
    '',
    'Subject: x',
    ' folded',
    '\tfolded',
    'From: bob',
    'To: a@b.test, c@d.test',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: message/rfc822',
    'Bcc: x',
    '--b',
    '--b--',
    'text',
    'stray\rCR',
    '\r',
  ),
  // colons aside, which could make headers of parts that Postfix mends
  fc.string({ maxLength: 20, unit: 'binary' }).map((text) => text.replace(/[:\0]/g, '.')),
);
const content = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '\r\r\n')), { maxLength: 12 }), line)
  .map(([lines, last]) => lines.map(([text, end]) => text + end).join('') + last);

describe('any content', () => {
  it('comes out the same whether it is walked for checks or not', async () => {
    const fast = kitchen(['header_size_limit = 300']);
    const walking = kitchen(['header_size_limit = 300', 'header_checks = regexp:DIR/h'], {
      h: '/^no such line$/ IGNORE\n',
    });
    await fc.assert(
      fc.asyncProperty(content, async (raw) => {
        const [a, b] = [queued(await fast.prepare({ raw })), queued(await walking.prepare({ raw }))];
        expect(delivered(b)).toBe(delivered(a));
        expect([b.size, b.summary]).toEqual([a.size, a.summary]);
        expect(Buffer.from(a.content.raw).toString()).toBe(raw);
        expect(a.size).toBe(
          a.content.header.length +
            1 +
            Buffer.byteLength(delivered(a).slice(Buffer.from(a.content.header).toString().length + 1)),
        );
      }),
      { numRuns: 300 },
    );
  });
});
