/** smtpd_forbid_bare_newline: what counts as the end of a message, so that none can be smuggled behind it. */
import { expect, test } from 'vitest';
import { bench, smtpdLog } from './bench.test-support.ts';

const START = ['EHLO me', 'MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'DATA'] as const;
const SMUGGLED =
  'Subject: first\r\n\r\nHello.\n.\r\nMAIL FROM:<x@y>\r\nRCPT TO:<alice@localhost>\r\nDATA\r\n';
const QUEUED = expect.stringMatching(/^250 2\.0\.0 Ok: queued as /) as string;

test('as 3.7 has it by default, a second message can be smuggled in', async () => {
  const b = await bench();
  const replies = await b.talk(...START, { raw: SMUGGLED, replies: 4 });
  expect(replies.slice(4)).toEqual([
    QUEUED,
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
    '354 End data with <CR><LF>.<CR><LF>',
  ]);
});

test.each(['yes', 'normalize'])('with `%s` only <CR><LF>.<CR><LF> ends a message', async (value) => {
  const b = await bench({
    main: [`smtpd_forbid_bare_newline = ${value}`, 'smtpd_forbid_bare_newline_exclusions ='],
  });
  const replies = await b.talk(...START, { raw: `${SMUGGLED}\r\n.\r\nNOOP\r\n`, replies: 2 });
  expect(replies.slice(4)).toEqual([QUEUED, '250 2.0.0 Ok']);
  expect(b.submissions).toHaveLength(1);
  expect(b.submissions[0]?.raw.toString()).toContain('Hello.\nMAIL FROM:<x@y>\r\n');
});

test('`reject` refuses the message, and hangs up on a command', async () => {
  const b = await bench({
    main: ['smtpd_forbid_bare_newline = reject', 'smtpd_forbid_bare_newline_exclusions ='],
  });
  const refused = '550 5.5.2 localhost Error: bare <LF> received';
  const replies = await b.talk(...START, { raw: 'a\nb\r\n.\r\n', replies: 1 }, 'NOOP');
  expect(replies.slice(4)).toEqual([refused, '250 2.0.0 Ok']);
  const client = await b.open();
  client.write('NOOP\n');
  expect(await client.reply()).toBe(refused);
  await client.closed();
  expect(smtpdLog(b).filter((line) => line.includes('reject:'))).toEqual([
    expect.stringMatching(
      /reject: END-OF-MESSAGE from localhost\[127\.0\.0\.1\]: bare <LF> received; from=<a@b>/,
    ),
    expect.stringMatching(/reject: CONNECT from localhost\[127\.0\.0\.1\]: bare <LF> received/),
  ]);
});

test('clients in smtpd_forbid_bare_newline_exclusions may do as they like', async () => {
  const b = await bench({
    main: ['smtpd_forbid_bare_newline = reject', 'smtpd_forbid_bare_newline_exclusions = 127.0.0.0/8'],
  });
  const replies = await b.talk(...START, { raw: 'a\nb\n.\n', replies: 1 });
  expect(replies.at(-1)).toEqual(QUEUED);
});
