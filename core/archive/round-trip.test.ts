import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from './archived.ts';
import { concat, encode } from './bytes.ts';
import { createMboxSplitter, fromMbox, quoteFrom, toMbox, unquoteFrom } from './mbox.ts';
import { readMail, type ReadMessage } from './read.ts';
import type { ByteSource } from './unzip.ts';
import { createArchive, EXPORT_FORMATS, type ExportFormat } from './write.ts';

const source = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
});
async function read(bytes: Uint8Array, name = 'file'): Promise<ReadMessage[]> {
  const found: ReadMessage[] = [];
  for await (const one of readMail(source(bytes), name)) found.push(one);
  return found;
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Bytes that are most of what breaks mbox: From_ lines quoted to any depth, every line end, bytes that are no text. */
const line = fc.oneof(
  fc.constantFrom('From ', 'From x', '>From ', '>>From a@b  Mon Nov  2 21:05:11 2026', 'Subject: x', '', ' '),
  fc.constantFrom('X-Sandpost-Envelope: {"from":"evil"}', '\xff\x00', '>', 'From: a'),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
);
const body = (end: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(line, end), { maxLength: 12 })
    .map((lines) => Uint8Array.from(Buffer.from(lines.flat().join(''), 'latin1')));
const raw = fc.oneof(
  body(fc.constant('\n')),
  body(fc.constant('\r\n')),
  body(fc.constantFrom('\n', '\r\n', '\r', '', '\n\n', '\n\r\n')),
);
const address = fc.constantFrom('', 'a@b.test', 'a b@c', 'ü@x', 'MAILER-DAEMON', '"q" \\@d', 'root');
const messages = fc
  .array(
    fc.record({
      raw,
      sender: address,
      recipients: fc.array(
        address.filter((text) => text !== ''),
        { minLength: 1, maxLength: 3 },
      ),
      isRead: fc.boolean(),
      isStarred: fc.boolean(),
      arrivedAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) => all.map((message, at): OutgoingMessage => ({ ...message, name: String(at + 1) })));

function archive(format: ExportFormat, all: readonly OutgoingMessage[]): Uint8Array {
  const writer = createArchive(format, new Date(2026, 10, 2));
  for (const message of all) writer.add(message);
  return concat(writer.end());
}

describe('import(export(x))', () => {
  it.each(EXPORT_FORMATS)('keeps every byte and the envelope: %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(messages, async (all) => {
        const found = await read(archive(format, all));
        expect(found.map((one) => (one.kind === 'message' ? hex(one.message.raw) : one))).toEqual(
          all.map((message) => hex(message.raw)),
        );
        expect(
          found.map((one) => one.kind === 'message' && [one.message.sender, one.message.recipients]),
        ).toEqual(all.map(({ sender, recipients }) => [sender, recipients]));
        if (format !== 'mbox')
          expect(
            found.map((one) => one.kind === 'message' && [one.message.isRead, one.message.isStarred]),
          ).toEqual(all.map(({ isRead, isStarred }) => [isRead, isStarred]));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on where an mbox is cut into pieces', () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 40 }), (all, size) => {
        const file = archive('mbox', all);
        const splitter = createMboxSplitter();
        const entries: Uint8Array[] = [];
        for (let at = 0; at < file.length; at += size)
          entries.push(...splitter.push(file.slice(at, at + size)));
        entries.push(...splitter.end());
        expect(entries.map((entry) => hex(fromMbox(entry).raw))).toEqual(all.map((one) => hex(one.raw)));
      }),
      { numRuns: 300 },
    );
  });
});

it('quotes From_ lines both ways', () => {
  fc.assert(fc.property(raw, (bytes) => hex(unquoteFrom(quoteFrom(bytes))) === hex(bytes)));
  expect(Buffer.from(quoteFrom(encode('From a\nx\n>From b\nFrom: c'))).toString()).toBe(
    '>From a\nx\n>>From b\nFrom: c',
  );
});

describe('mboxes of other programs', () => {
  const file = [
    'From a@b Mon Nov  2 21:05:11 2026\nSubject: one\n\n>From there\nFrom here on it is prose\n\nFrom now on too\n\n',
    'From MAILER-DAEMON Mon Nov  2 21:05:12 2026\r\nSubject: two\r\n\r\nx\r\n\r\n',
    'From "a b"@c  Mon Nov  2 21:05:13 2026\nSubject: three\n\nlast',
  ].join('');

  it('are split at dated From_ lines only, and read as they stand', async () => {
    const found = await read(encode(file));
    expect(
      found.map(
        (one) => one.kind === 'message' && [one.message.sender, Buffer.from(one.message.raw).toString()],
      ),
    ).toEqual([
      ['a@b', 'Subject: one\n\nFrom there\nFrom here on it is prose\n\nFrom now on too\n'],
      ['', 'Subject: two\r\n\r\nx\r\n'],
      ['a b@c', 'Subject: three\n\nlast'],
    ]);
  });

  it('get what was delivered without a line of ours', () => {
    const delivered = {
      sender: '',
      arrivedAt: new Date(2026, 10, 2, 21, 5, 11).getTime(),
      raw: encode('A: b\r\n\r\nx'),
    };
    expect(Buffer.from(toMbox(delivered)).toString()).toBe(
      'From MAILER-DAEMON  Mon Nov  2 21:05:11 2026\nA: b\n\nx\n\n',
    );
  });
});

describe('files that are no mail', () => {
  it('are said to be none', async () => {
    expect(await read(encode('%PDF-1.7\n'), 'a.pdf')).toEqual([
      { kind: 'unreadable', from: 'a.pdf', reason: 'it is no mail', doneBytes: 9 },
    ]);
    expect(await read(new Uint8Array(0), 'empty')).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('do not hide the mail beside them, and a damaged archive says what is wrong with it', async () => {
    const bad = {
      name: '2',
      raw: encode('no mail'),
      sender: '',
      recipients: [],
      arrivedAt: 0,
      isRead: true,
      isStarred: false,
    };
    const writer = createArchive('eml', new Date(0));
    writer.add({ ...bad, name: '1', raw: encode('A: b\n\n') });
    const whole = concat(writer.end());
    expect(await read(whole.slice(0, -30), 'cut.zip')).toMatchObject([
      { kind: 'unreadable', from: 'cut.zip', reason: expect.stringContaining('no directory') as string },
    ]);
    const text = Buffer.from(whole).toString('latin1').replaceAll('sandpost.json', 'sandpost.jsox');
    expect(await read(Uint8Array.from(Buffer.from(text, 'latin1')))).toMatchObject([
      { kind: 'message', from: '1.eml' },
      { kind: 'unreadable', from: 'sandpost.jsox' },
    ]);
  });

  it('are read where they are compressed, and refused where they claim another size', async () => {
    const mail = encode('A: b\n\ncompressed\n'.repeat(50));
    const packed = deflateRawSync(mail);
    const stored = archive('eml', [
      {
        name: '1',
        raw: Uint8Array.from(packed),
        sender: '',
        recipients: [],
        arrivedAt: 0,
        isRead: true,
        isStarred: false,
      },
    ]);
    const compressed = (size: number) => {
      const bytes = Buffer.from(stored.slice());
      const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
      bytes.writeUInt16LE(8, central + 10);
      bytes.writeUInt32LE(size, central + 24);
      return Uint8Array.from(
        Buffer.from(bytes.toString('latin1').replaceAll('sandpost.json', '.hidden.json_'), 'latin1'),
      );
    };
    expect(await read(compressed(mail.length))).toMatchObject([{ kind: 'message', message: { raw: mail } }]);
    expect(await read(compressed(10))).toMatchObject([{ kind: 'unreadable', from: '1.eml' }]);
  });
});
