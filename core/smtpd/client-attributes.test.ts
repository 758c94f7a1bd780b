/** XCLIENT and XFORWARD: what a proxy may tell about the real client. */
import { expect, test } from 'vitest';
import { bench, MESSAGE, smtpdLog } from './bench.test-support.ts';

const XCLIENT = ['smtpd_authorized_xclient_hosts = 127.0.0.1'];
const XFORWARD = ['smtpd_authorized_xforward_hosts = 127.0.0.1'];
const FULL = 'XCLIENT NAME=spike.example ADDR=198.51.100.2 PORT=4711 HELO=spike PROTO=ESMTP';

test('XCLIENT is announced to those who may use it', async () => {
  const b = await bench({ main: XCLIENT });
  expect((await b.talk('EHLO me'))[0]).toMatch(
    /\n250-XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT\n/,
  );
});

test('XCLIENT makes it another client, and the session begins again', async () => {
  const b = await bench({
    main: [
      ...XCLIENT,
      'smtpd_client_restrictions = check_client_access inline:{{198.51.100.2=REJECT go away}}',
      'smtpd_recipient_restrictions =',
    ],
  });
  expect(await b.talk(FULL, 'EHLO spike', 'MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'QUIT')).toEqual([
    '220 localhost ESMTP Postfix',
    expect.stringMatching(/^250-localhost/),
    '250 2.1.0 Ok',
    '554 5.7.1 <spike.example[198.51.100.2]>: Client host rejected: go away',
    '221 2.0.0 Bye',
  ]);
  expect(smtpdLog(b).at(-1)).toMatch(
    /^disconnect from spike\.example\[198\.51\.100\.2\] ehlo=1 xclient=0\/1 mail=1 rcpt=0\/1 quit=1 commands=3\/5$/,
  );
});

test.each<readonly [string, string]>([
  ['XCLIENT', '501 5.5.4 Syntax: XCLIENT attribute=value...'],
  ['XCLIENT NAME', '501 5.5.4 Error: attribute=value expected'],
  ['XCLIENT COLOUR=red', '501 5.5.4 Bad XCLIENT attribute name: COLOUR'],
  ['XCLIENT ADDR=1.2.3', '501 5.5.4 Bad ADDR syntax: 1.2.3'],
  ['XCLIENT PORT=x', '501 5.5.4 Bad PORT syntax: x'],
  ['XCLIENT PROTO=LMTP', '501 5.5.4 Bad PROTO syntax: LMTP'],
])('%s', async (line, expected) => {
  const b = await bench({ main: XCLIENT });
  expect((await b.talk(line))[0]).toBe(expected);
});

test('XCLIENT has no place in a transaction', async () => {
  const b = await bench({ main: XCLIENT });
  expect((await b.talk('MAIL FROM:<a@b>', FULL))[1]).toBe('503 5.5.1 Error: MAIL transaction in progress');
});

test('XFORWARD tells cleanup and the log about the client, not the access checks', async () => {
  const b = await bench({
    main: [
      ...XFORWARD,
      'smtpd_client_restrictions = check_client_access inline:{{198.51.100.2=REJECT go away}}',
    ],
  });
  const replies = await b.talk(
    'EHLO me',
    'XFORWARD NAME=spike.example ADDR=198.51.100.2 PROTO=ESMTP HELO=spike SOURCE=REMOTE',
    'MAIL FROM:<a@b>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
  );
  expect(replies[0]).toMatch(/\n250-XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT\n/);
  expect(replies[1]).toBe('250 2.0.0 Ok');
  expect(replies.at(-1)).toMatch(/^250 2\.0\.0 Ok: queued as /);
  expect(b.submissions[0]).toMatchObject({ rewriteContext: 'remote' });
  expect(smtpdLog(b)[1]).toMatch(
    /^[0-9A-F]+: client=localhost\[127\.0\.0\.1\], orig_client=spike\.example\[198\.51\.100\.2\]$/,
  );
});
