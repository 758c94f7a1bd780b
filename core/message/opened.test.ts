import { expect, it } from 'vitest';
import { bodyOf } from '../mail/delivered-form.ts';
import type { MessageContent } from '../mail/message.ts';
import { createOpener } from './opened.ts';
import { createMessageReader } from './reader.ts';
import { sampleContent, toContent } from './testing.ts';

function createMail(...contents: readonly MessageContent[]) {
  const kept = new Map(contents.map((content, index) => [index + 1, content]));
  const read: number[] = [];
  return {
    kept,
    read,
    content: (id: number) => {
      read.push(id);
      return kept.get(id);
    },
    header: (id: number) => kept.get(id)?.header,
    parts: () => [],
    deliveries: () => [],
  };
}

it('opens a message inside of a message, with parts of its own', async () => {
  const open = createOpener(createMail(sampleContent('forwarded.eml')));
  const inner = await open({ id: 1, inside: '2' });
  expect(
    inner?.parts.map(({ number, isAttachment }) => `${number}${isAttachment ? ' attached' : ''}`),
  ).toEqual(['', '1', '2 attached', '3 attached', '3.1']);
  const innermost = await open({ id: 1, inside: '2,3' });
  expect(Buffer.from(innermost?.content.header ?? []).toString()).toContain('Subject: innermost');
  expect(Buffer.from(innermost === undefined ? [] : bodyOf(innermost.content)).toString()).toContain(
    'Only text',
  );
});

it('answers nothing where there is no message', async () => {
  const open = createOpener(createMail(sampleContent('forwarded.eml')));
  for (const inside of ['1', '9', '2,1', '2,2', Array.from({ length: 30 }, () => '1').join(',')]) {
    expect(await open({ id: 1, inside }), inside).toBeUndefined();
  }
  expect(await open({ id: 2, inside: '' })).toBeUndefined();
});

it('reads a message that carries another in base64, though that is not allowed', async () => {
  const inner = Buffer.from('Subject: hidden\r\n\r\nWords\r\n').toString('base64');
  const raw = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner}\r\n--b--\r\n`;
  const reader = createMessageReader({ mail: createMail(toContent(raw)), now: () => 0 });
  expect(await reader.read({ id: 1, inside: '1' })).toMatchObject({
    text: 'Words\n',
    headers: [{ name: 'Subject', value: 'hidden' }],
  });
});

it('reads the bytes once for several questions, and again when the message is another', async () => {
  const mail = createMail(toContent('Subject: a\n\nold\n'), toContent('Subject: b\n\nx\n'));
  const reader = createMessageReader({ mail, now: () => 0 });
  const at = { id: 1, inside: '' };
  await reader.read(at);
  await reader.details(at, '1');
  expect(mail.read).toEqual([1]);
  await reader.read({ id: 2, inside: '' });
  expect(mail.read).toEqual([1, 2]);
  mail.kept.set(2, toContent('Subject: c\n\nnew\n'));
  expect((await reader.read({ id: 2, inside: '' }))?.text).toBe('new\n');
  mail.kept.delete(2);
  expect(await reader.read({ id: 2, inside: '' })).toBeUndefined();
});

it('lists the first thousand headers and says how many there are', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => `X-${i}: ${i}\n`).join('');
  const reader = createMessageReader({ mail: createMail(toContent(`${many}\nx\n`)), now: () => 0 });
  const read = await reader.read({ id: 1, inside: '' });
  expect([read?.headers.length, read?.headerCount]).toEqual([1000, 3000]);
});

it('archives what is attached under names that differ', async () => {
  const part = (name: string) => `--b\nContent-Type: application/zip; name="${name}"\n\nx\n`;
  const raw = `Content-Type: multipart/mixed; boundary=b\n\n${['../a.txt', 'A.TXT', 'a.txt', ''].map(part).join('')}--b--\n`;
  const reader = createMessageReader({ mail: createMail(toContent(raw)), now: () => 0 });
  const archive = Buffer.from((await reader.attachments({ id: 1, inside: '' })) ?? []).toString('latin1');
  const names = [...archive.matchAll(/PK\x01\x02.{42}([\w .()-]+?)(?=PK)/gs)].map(([, name]) => name); // eslint-disable-line no-control-regex -- the record's mark
  expect(names).toEqual(['a.txt', 'A (2).TXT', 'a (3).txt', 'part-4']);
});
