import { describe, expect, it } from 'vitest';
import { answerTo, quoted, type Answered } from './answer.ts';

const headers = (fields: Record<string, string>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));
const answered = (fields: Record<string, string>, change: Partial<Answered> = {}): Answered => ({
  body: { headers: headers(fields), text: 'Hello\n> before\n\nBye\n' },
  html: '',
  sender: 'bounce@shop.test',
  recipients: ['root@localhost'],
  ...change,
});

describe('answerTo', () => {
  it('writes a reply as the one whom the message was for', () => {
    const fields = answerTo(
      answered({
        From: 'Shop <shop@shop.test>',
        To: 'Root <root@localhost>, b@x.test',
        Cc: 'c@x.test, shop@shop.test',
        Subject: 'Receipt',
        Date: 'Mon, 2 Nov 2026 21:05:11 +0000',
        'Message-Id': '<2@shop.test>',
        References: '<1@shop.test>',
      }),
      'all',
    );
    expect(fields).toMatchObject({
      from: 'Root <root@localhost>',
      to: 'Shop <shop@shop.test>',
      cc: 'b@x.test, c@x.test',
      subject: 'Re: Receipt',
      inReplyTo: '<2@shop.test>',
      references: '<1@shop.test> <2@shop.test>',
    });
    expect(fields.text).toBe(
      '\n\nOn Mon, 2 Nov 2026 21:05:11 +0000, Shop <shop@shop.test> wrote:\n> Hello\n>> before\n>\n> Bye\n',
    );
  });

  it('answers where Reply-To says, to nobody else, and reads names as they were coded', () => {
    const reply = answerTo(
      {
        ...answered({ Subject: 'RE: x', To: 'a@b' }),
        body: {
          headers: [
            { name: 'Reply-To', value: 'Doe, J <j@x>', raw: '=?utf-8?Q?Doe=2C_J?=\r\n <j@x>' },
            { name: 'Subject', value: 'RE: x' },
          ],
          text: '',
        },
      },
      'reply',
    );
    expect(reply).toMatchObject({ to: '"Doe, J" <j@x>', cc: '', subject: 'RE: x', from: 'root@localhost' });
  });

  it('answers the envelope sender where no header says who wrote', () => {
    expect(answerTo(answered({}), 'reply')).toMatchObject({ to: 'bounce@shop.test', subject: 'Re:' });
    expect(answerTo(answered({}, { sender: '' }), 'reply').to).toBe('');
  });

  it('forwards with what the message said, or leaves that to the attachment', () => {
    const given = answered({ From: 'a@b', Subject: 'Receipt', To: 'root@localhost' });
    expect(answerTo(given, 'forward')).toMatchObject({
      subject: 'Fwd: Receipt',
      to: '',
      inReplyTo: '',
      html: '',
      text: '\n\n---------- Forwarded message ----------\nFrom: a@b\nSubject: Receipt\nTo: root@localhost\n\nHello\n> before\n\nBye\n',
    });
    expect(answerTo(given, 'attached').text).toBe('\n');
  });

  it('forwards HTML with who wrote it in front, and inside of an attachment as it is', () => {
    const given = answered({ From: 'A & B <a@b>' }, { html: '<body>Hi' });
    expect(answerTo(given, 'forward').html).toMatch(
      /^<body><!--note-->[^]*From: A &amp; B &lt;a@b&gt;[^]*Hi$/,
    );
    expect(answerTo(given, 'attached').html).toBe('');
    expect(answerTo(given, 'reply').html).toBe('');
  });
});

it('quotes a text without blanks at the ends of empty lines', () => {
  expect(quoted('a\r\n\r\nb\n\n')).toBe('> a\n>\n> b');
});
