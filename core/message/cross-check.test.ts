/** Another reader of the same messages must see the same: simpleParser of the mailparser package. */
import { simpleParser, type ParsedMail } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { decodedBytes, decodedText } from './decode.ts';
import { bodyOf } from '../mail/delivered-form.ts';
import { digestMessage, htmlParts } from './digest.ts';
import { parseHeaders } from './headers.ts';
import { parseStructure } from './structure.ts';
import { readSample, sampleContent, sampleNames } from './testing.ts';

const OPTIONS = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
const lines = (text: string) => text.replaceAll('\r\n', '\n').trim();
const isOwn = (number: string, embedded: readonly string[]) =>
  !embedded.some((e) => number.startsWith(`${e}.`));

async function read(name: string) {
  const content = sampleContent(name);
  const body = bodyOf(content);
  const { parts } = await parseStructure(content);
  const embedded = parts.filter((p) => p.contentType === 'message/rfc822').map((p) => p.number);
  const own = parts.filter((p) => isOwn(p.number, embedded));
  const texts = own.filter((p) => p.contentType === 'text/plain' && !p.isAttachment);
  const leaves = own.filter((p) => !p.contentType.startsWith('multipart/'));
  return {
    content,
    text: texts.map((p) => decodedText(p, body)).join('\n'),
    html: htmlParts(parts)
      .map((p) => decodedText(p, body))
      .join('\n'),
    others: leaves.filter(
      (p) => p.isAttachment || !/^text\/(?:plain|html)$|delivery-status/.test(p.contentType),
    ),
    bytesOf: (part: (typeof parts)[number]) => Buffer.from(decodedBytes(part, body)),
  };
}

/** What mailparser appends to the text of a report. */
const ownText = (mail: ParsedMail) => lines((mail.text ?? '').split('Reporting-MTA:')[0] ?? '');

/** Without the line break that mailparser puts between parts. */
const ownHtml = (mail: ParsedMail) =>
  typeof mail.html === 'string' ? lines(mail.html.replace(/^<br\/>/, '')) : '';

describe('mailparser sees the same', () => {
  it.each(sampleNames())('%s', async (name) => {
    const ours = await read(name);
    const theirs = await simpleParser(readSample(name), OPTIONS);
    // Where nothing says the charset we read Latin-1, mailparser replacement characters.
    const isGuess = name === 'eight-bit-headers.eml';
    if (!isGuess) expect(lines(ours.text)).toBe(ownText(theirs));
    expect(lines(ours.html)).toBe(ownHtml(theirs));
    const attachments = theirs.attachments.map((a) => [a.filename ?? '', a.cid ?? '']);
    expect(ours.others.map((p) => [p.fileName, p.contentId])).toEqual(attachments);
    ours.others.forEach((part, index) => {
      const bytes = ours.bytesOf(part).toString('latin1');
      expect(lines(bytes)).toBe(lines(theirs.attachments[index]?.content.toString('latin1') ?? ''));
    });
    if (isGuess) return;
    const subject = parseHeaders(ours.content.header).find((h) => h.name.toLowerCase() === 'subject')?.value;
    expect(subject).toBe(theirs.subject);
  });

  it('reads Latin-1 headers that say nothing of their charset', () => {
    const { header } = sampleContent('eight-bit-headers.eml');
    expect(
      parseHeaders(header)
        .slice(0, 3)
        .map((h) => h.value),
    ).toEqual(['André <andre@latin.test>', 'you@localhost', "Précision sur l'été"]);
  });

  it.each([
    ['receipt.eml', 'Thanks, Robin. Your order #20418 is on its way.', 0, true, 0],
    ['newsletter.eml', 'Hello Robin, three things that we finished this month', 0, true, 7],
    ['confirm-address.eml', 'Welcome, Alice One click, and your account is ready:', 0, true, 0],
    ['invoice-pdf.eml', 'Dear Alice, your invoice for November is attached: € 19.00', 1, true, 0],
    ['file-names.eml', 'Six attachments whose names', 6, false, 0],
    ['delivery-report.eml', 'This is the mail system at host localhost.', 0, false, 0],
    ['forwarded.eml', 'See the mail below', 1, false, 0],
    ['iso-2022-jp.eml', 'ご注文ありがとうございます。', 0, false, 0],
    ['empty.eml', '', 0, false, 0],
    ['broken-boundary.eml', '--what-the-parts-say Content-Type: text/plain Nobody will find', 0, false, 0],
    ['hostile-html.eml', 'You can read this sentence.', 0, true, 14],
  ])('%s in the list', async (name, beginning, attachments, hasHtml, remoteResources) => {
    const { digest } = await digestMessage({
      id: 1,
      content: sampleContent(name),
      sender: '',
      recipients: [],
    });
    expect(digest).toMatchObject({ attachments, hasHtml, remoteResources });
    expect(digest.preview.slice(0, beginning.length)).toBe(beginning);
    expect(digest.preview.length).toBeLessThanOrEqual(140);
  });

  it('finds a message by what it says, whom it is from, and its files', async () => {
    const content = sampleContent('invoice-pdf.eml');
    const { text } = await digestMessage({ id: 1, content, sender: 'a@b', recipients: ['alice@localhost'] });
    expect(text.subject).toBe('Invoice 2026-11');
    expect(text.from).toContain('Billing <billing@app.test>');
    expect(text.from).toContain('a@b');
    expect(text.files).toBe('Rechnung Größe 2026-11.pdf');
    expect(text.body).toContain('invoice for November');
  });
});
