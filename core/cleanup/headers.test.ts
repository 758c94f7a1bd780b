import { describe, expect, it } from 'vitest';
import { delivered, headersOf, kitchen, queued, QUEUE_ID } from './testing/kitchen.ts';

describe('headers', () => {
  it('that nobody shall see are dropped', async () => {
    const raw =
      'Subject: test\r\nBcc: x@y\r\nContent-Length: 3\r\nResent-Bcc: a@b\r\nReturn-Path: <q@r>\r\nStatus: RO\r\nDelivered-To: d@e\r\n\r\nHello.\r\n';
    const headers = headersOf(queued(await kitchen().prepare({ raw })));
    expect(headers.map((header) => header.split(':')[0])).toEqual([
      'Subject',
      'Status',
      'Delivered-To',
      'Resent-Message-Id',
      'Resent-Date',
      'Resent-From',
    ]);
  });

  it('are completed for a local client, and left alone where nothing is incomplete', async () => {
    const { prepare } = kitchen(['myorigin = example.test']);
    const folded = 'Cc: a@b.test,\r\n   c@d.test';
    const raw = `To: alice, Bob <bob>,\r\n carol@x.test\r\n${folded}\r\nX-To: dave\r\n\r\nx\r\n`;
    const headers = headersOf(queued(await prepare({ raw })));
    expect(headers.slice(0, 3)).toEqual([
      'To: alice@example.test, Bob <bob@example.test>, carol@x.test',
      'Cc: a@b.test,\n   c@d.test',
      'X-To: dave',
    ]);
  });

  it('are cut at header_size_limit', async () => {
    const { prepare } = kitchen(['header_size_limit = 300']);
    const headers = headersOf(
      queued(await prepare({ raw: `X-Long: ${'h'.repeat(500)}\r\nX-After: yes\r\n\r\nx\r\n` })),
    );
    expect(headers[0]).toHaveLength(300);
    expect(headers[1]).toBe('X-After: yes');
  });

  it('keep bytes that are not UTF-8', async () => {
    const raw = Buffer.concat([
      Buffer.from('Subject: gr'),
      Buffer.from([0xfc]),
      Buffer.from('n\r\n\r\nx\r\n'),
    ]);
    const message = queued(await kitchen().prepare({ raw }));
    expect(Buffer.from(message.content.header).includes(Buffer.from([0x72, 0xfc, 0x6e]))).toBe(true);
  });

  it('with a blank in front of the colon lose it', async () => {
    expect(headersOf(queued(await kitchen().prepare({ raw: 'Subject : x\r\n\r\nx\r\n' })))[0]).toBe(
      'Subject: x',
    );
  });
});

describe('headers as a whole', () => {
  it('hops are counted against hopcount_limit', async () => {
    const { prepare, lines } = kitchen(['hopcount_limit = 3']);
    const outcome = await prepare({ raw: 'Received: x\r\nReceived: y\r\nReceived: z\r\n\r\nx\r\n' });
    expect(outcome).toMatchObject({
      kind: 'refused',
      failure: 'hard',
      reply: { code: 554, enhanced: '5.4.0', lines: ['Error: too many hops'] },
    });
    expect(lines).toEqual([`warning: ${QUEUE_ID}: message rejected: hopcount exceeded`]);
  });

  it('are summarised for lists', async () => {
    const raw =
      'From: =?utf-8?q?J=C3=B6rg?= <j@x.test>\r\nTo: a@b.test,\r\n c@d.test\r\nSubject: Grüße\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000 (UTC)\r\nMessage-Id: <m@x>\r\n\r\nx\r\n';
    expect(queued(await kitchen().prepare({ raw })).summary).toEqual({
      from: 'Jörg <j@x.test>',
      to: 'a@b.test, c@d.test',
      subject: 'Grüße',
      date: Date.UTC(2026, 0, 1),
      messageId: '<m@x>',
    });
  });
});

describe('body', () => {
  it.each([
    ['a\rb\r\n\r.\r\nc\r\r\n', 'a b\n .\nc\n'],
    ['no end', 'no end\n'],
    ['one\ntwo\n', 'one\ntwo\n'],
    ['', ''],
  ])('%j becomes %j', async (body, expected) => {
    const message = queued(await kitchen().prepare({ raw: `Subject: x\r\n\r\n${body}` }));
    expect(delivered(message).split('\n\n').slice(1).join('\n\n')).toBe(expected);
    expect(message.size).toBe(Buffer.byteLength(delivered(message)));
  });

  it('too large a message is refused', async () => {
    const { prepare, lines } = kitchen(['message_size_limit = 3000', 'mailbox_size_limit = 3000']);
    const outcome = await prepare({ raw: `Subject: x\r\n\r\n${'x'.repeat(3000)}\r\n` });
    expect(outcome).toMatchObject({
      kind: 'refused',
      errorClass: 'bounce',
      reply: { code: 552, enhanced: '5.3.4', lines: ['Error: message file too big'] },
    });
    expect(lines.at(-1)).toBe(`warning: ${QUEUE_ID}: queue file size limit exceeded`);
  });
});
