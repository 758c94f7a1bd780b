import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bounceWith, message, recipient, outcome, content, text } from './testing/fixtures.ts';
import { wrapLine } from './line-wrap.ts';

describe('templates', () => {
  const withTemplate = async (template: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'bounce-')), 'bounce.cf');
    writeFileSync(path, template);
    const { bounce, lines } = bounceWith({ bounce_template_file: path });
    const [notice] = await bounce.failure(
      message({ recipients: [recipient('x@localhost', 'x@localhost', '')] }),
      [outcome(0, { address: 'x@localhost', originalAddress: 'x@localhost', reason: 'gone' })],
      content('Subject: x\n', 'b\n'),
    );
    return { text: text(notice), lines: lines.map((line) => line.replaceAll(path, 'FILE')) };
  };

  it('takes headers, charset and text from bounce_template_file', async () => {
    const { text: bytes, lines } = await withTemplate(
      '# own words\nfailure_template = <<EOF\nCharset: iso-8859-1\nFrom: Robot <robot@localhost>\nSubject: Sorry\n\nHost ${myhostname}, $maximal_queue_lifetime_days d.\n\nBye\nEOF\n',
    );
    expect(lines).toEqual([]);
    expect(bytes).toMatch(/^From: Robot <robot@localhost>\nSubject: Sorry\n/);
    expect(bytes).toContain('Content-Type: text/plain; charset=iso-8859-1\n');
    expect(bytes).toContain('\n\nHost localhost, 5 d.\n\nBye\n\n<x@localhost>: gone\n');
  });

  it('ignores a template with an unknown header label and says so', async () => {
    const { text: bytes, lines } = await withTemplate('failure_template = <<EOF\nColour: red\n\nx\nEOF\n');
    expect(lines).toEqual([
      'FILE: unknown "Colour" header label in failure template -- ignoring this template',
    ]);
    expect(bytes).toContain('This is the mail system at host localhost.');
  });
});

describe('breaking lines', () => {
  it.each([
    ['aa bb cc', 5, ['aa bb', '    cc']],
    ['longerthanthat x', 5, ['longerthanthat', '    x']],
    ['aa  bb   cc', 5, ['aa', '    bb', '    cc']],
    ['', 5, ['']],
  ])('%j at %i', (line, width, expected) => {
    expect(wrapLine(line, width, 4)).toEqual(expected);
  });
});
