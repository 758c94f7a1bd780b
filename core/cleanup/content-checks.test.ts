import { describe, expect, it } from 'vitest';
import { delivered, kitchen, queued, QUEUE_ID } from './testing/kitchen.ts';

const ABOUT =
  'from localhost[127.0.0.1]; from=<bob@localhost> to=<alice@localhost> proto=ESMTP helo=<client.test>';

describe('strict settings and parts', () => {
  it('leave the body as it came when no check changed it', async () => {
    const { prepare } = kitchen(['header_checks = regexp:DIR/h'], { h: '/^X-No/ REJECT\n' });
    const raw = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX-A: 1\r\n\r\ntext\r\n--b--\r\n';
    expect(queued(await prepare({ raw })).content.body).toBeNull();
  });

  it.each([
    [
      '8-bit header',
      'strict_7bit_headers = yes',
      'Subject: grüße\r\n\r\nx\r\n',
      'improper use of 8-bit data in message header: Subject: grüße',
    ],
    [
      '8-bit body',
      'strict_8bitmime_body = yes',
      'Subject: x\r\n\r\nç\r\n',
      'improper use of 8-bit data in message body: ç',
    ],
    [
      'encoded multipart',
      'strict_mime_encoding_domain = yes',
      'Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n',
      'invalid message/* or multipart/* encoding domain: base64',
    ],
  ])('%s is refused with %s', async (_, setting, raw, text) => {
    const { prepare, lines } = kitchen([setting]);
    expect(await prepare({ raw })).toMatchObject({
      kind: 'refused',
      reply: { code: 550, enhanced: '5.6.0', lines: [text.replace(/: .*/, '')] },
    });
    expect(lines).toContain(
      `${QUEUE_ID}: reject: mime-error ${text} from localhost[127.0.0.1]; from=<bob@localhost> to=<alice@localhost>`,
    );
  });

  it('may be 8-bit when they say so', async () => {
    const { prepare } = kitchen(['strict_8bitmime = yes']);
    const raw = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nç\r\n';
    expect(queued(await prepare({ raw })).encoding).toBe('8bit');
  });
});

describe('body_checks', () => {
  it('see one line at a time, up to body_checks_size_limit', async () => {
    const { prepare } = kitchen(['body_checks = regexp:DIR/b', 'body_checks_size_limit = 40'], {
      b: '/^secret/ REPLACE ******\n/^gone/ STRIP\n/^before/ PREPEND put in front\n',
    });
    const raw = 'Subject: x\r\n\r\nsecret word\r\ngone\r\nbefore\r\nkeep\r\n0123456789\r\nsecret again\r\n';
    const message = queued(await prepare({ raw }));
    expect(delivered(message).split('\n\n')[1]).toBe(
      '******\nput in front\nbefore\nkeep\n0123456789\nsecret again\n',
    );
    expect(Buffer.from(message.content.raw).toString()).toBe(raw);
  });

  it('reject', async () => {
    const { prepare, lines } = kitchen(['body_checks = regexp:DIR/b'], { b: '/viagra/ REJECT no pills\n' });
    expect(await prepare({ raw: 'Subject: x\r\n\r\nbuy viagra\r\n' })).toMatchObject({
      reply: { code: 550, enhanced: '5.7.1', lines: ['no pills'] },
    });
    expect(lines.at(-1)).toBe(`${QUEUE_ID}: reject: body buy viagra ${ABOUT}: 5.7.1 no pills`);
  });
});

describe('characters', () => {
  it('are stripped or refused', async () => {
    const stripping = kitchen(['message_strip_characters = \\0']);
    const message = queued(await stripping.prepare({ raw: 'Subject: x\r\n\r\na\0b\r\n' }));
    expect(delivered(message).split('\n\n')[1]).toBe('ab\n');
    const rejecting = kitchen(['message_reject_characters = \\0']);
    expect(await rejecting.prepare({ raw: 'Subject: x\r\n\r\na\0b\r\n' })).toMatchObject({
      reply: { code: 550, enhanced: '5.7.1', lines: ['disallowed character'] },
    });
  });
});
