/** The conversation as clients see it: every command with its own replies, in and out of order. */
import { expect, test } from 'vitest';
import { bench, MESSAGE, smtpdLog } from './bench.test-support.ts';

test('says 220 with the banner, and EHLO lists what it can do', async () => {
  const b = await bench();
  const client = await b.open({ noGreeting: true });
  expect(await client.reply()).toBe('220 localhost ESMTP Postfix');
  expect((await client.say('EHLO me.example')).split('\n')).toEqual([
    '250-localhost',
    '250-PIPELINING',
    '250-SIZE 10240000',
    '250-VRFY',
    '250-ETRN',
    '250-ENHANCEDSTATUSCODES',
    '250-8BITMIME',
    '250-DSN',
    '250-SMTPUTF8',
    '250 CHUNKING',
  ]);
});

test('takes a message', async () => {
  const b = await bench();
  const replies = await b.talk(
    'HELO me.example',
    'MAIL FROM:<carol@client.example>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
    'QUIT',
  );
  const [submission] = b.submissions;
  expect(replies).toEqual([
    '250 localhost',
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
    '354 End data with <CR><LF>.<CR><LF>',
    `250 2.0.0 Ok: queued as ${submission?.queueId ?? '?'}`,
    '221 2.0.0 Bye',
  ]);
  expect(smtpdLog(b)).toEqual([
    'connect from localhost[127.0.0.1]',
    `${submission?.queueId ?? '?'}: client=localhost[127.0.0.1]`,
    'disconnect from localhost[127.0.0.1] helo=1 mail=1 rcpt=1 data=1 quit=1 commands=5',
  ]);
});

const ORDER = '503 5.5.1 Error: ';

test.each<readonly [string, readonly string[], readonly string[]]>([
  ['HELO without a name', ['HELO'], ['501 Syntax: HELO hostname']],
  ['EHLO without a name', ['EHLO'], ['501 Syntax: EHLO hostname']],
  ['NOOP', ['NOOP', 'noop x'], ['250 2.0.0 Ok', '250 2.0.0 Ok']],
  ['RSET', ['RSET', 'RSET now'], ['250 2.0.0 Ok', '501 5.5.4 Syntax: RSET']],
  [
    'commands nobody knows',
    ['FOO', 'HELP', 'EXPN alice', 'WIZ', 'SHELL', 'KILL', ''],
    [
      ...['FOO', 'HELP', 'EXPN', 'WIZ', 'SHELL', 'KILL'].map(() => '500 5.5.2 Error: command not recognized'),
      '500 5.5.2 Error: bad syntax',
    ],
  ],
  ['MAIL twice', ['MAIL FROM:<a@b>', 'MAIL FROM:<a@b>'], ['250 2.1.0 Ok', `${ORDER}nested MAIL command`]],
  ['RCPT too early', ['RCPT TO:<alice@localhost>'], [`${ORDER}need MAIL command`]],
  ['DATA too early', ['DATA'], [`${ORDER}need RCPT command`]],
  [
    'DATA without a good recipient',
    ['MAIL FROM:<a@b>', 'RCPT TO:<nobody@localhost>', 'DATA'],
    [
      '250 2.1.0 Ok',
      '550 5.1.1 <nobody@localhost>: Recipient address rejected: User unknown in local recipient table',
      '554 5.5.1 Error: no valid recipients',
    ],
  ],
  [
    'MAIL badly written',
    [
      'MAIL',
      'MAIL FROM',
      'MAIL TO:<a@b>',
      'MAIL FROM:<a@b',
      'MAIL FROM:<a@b> SIZE=x',
      'MAIL FROM:<a@b> BODY=9BIT',
    ],
    [
      '501 5.5.4 Syntax: MAIL FROM:<address>',
      '501 5.5.4 Syntax: MAIL FROM:<address>',
      '501 5.5.4 Syntax: MAIL FROM:<address>',
      '501 5.1.7 Bad sender address syntax',
      '501 5.5.4 Bad message size syntax',
      '555 5.5.4 Unsupported option: BODY=9BIT',
    ],
  ],
  [
    'RCPT badly written',
    [
      'MAIL FROM:<>',
      'RCPT',
      'RCPT FROM:<a@b>',
      'RCPT TO:<>',
      'RCPT TO:<a@b',
      'RCPT TO:<alice@localhost> NOTIFY=X',
    ],
    [
      '250 2.1.0 Ok',
      '501 5.5.4 Syntax: RCPT TO:<address>',
      '501 5.5.4 Syntax: RCPT TO:<address>',
      '501 5.1.3 Bad recipient address syntax',
      '501 5.1.3 Bad recipient address syntax',
      '501 5.5.4 Error: Bad NOTIFY parameter syntax',
    ],
  ],
  [
    'VRFY',
    ['VRFY', 'VRFY alice', 'VRFY nobody@localhost'],
    [
      '501 5.5.4 Syntax: VRFY address [SMTPUTF8]',
      '252 2.0.0 alice',
      '550 5.1.1 <nobody@localhost>: Recipient address rejected: User unknown in local recipient table',
    ],
  ],
  [
    'ETRN',
    ['HELO me', 'ETRN', 'ETRN [1.2.3]', 'ETRN elsewhere.example'],
    [
      '250 localhost',
      '500 Syntax: ETRN domain',
      '501 Error: invalid parameter syntax',
      '459 <elsewhere.example>: service unavailable',
    ],
  ],
  [
    'STARTTLS and AUTH, which are off',
    ['STARTTLS', 'AUTH PLAIN x'],
    ['502 5.5.1 Error: command not implemented', `${ORDER}authentication not enabled`],
  ],
  [
    'XCLIENT and XFORWARD of strangers',
    ['XCLIENT NAME=x', 'XFORWARD NAME=x'],
    ['550 5.7.0 Error: insufficient authorization', '550 5.7.0 Error: insufficient authorization'],
  ],
])('%s', async (_about, lines, expected) => {
  const b = await bench();
  expect(await b.talk(...lines)).toEqual(expected);
});

test('HELO and RSET end a transaction, QUIT ends the session', async () => {
  const b = await bench();
  const client = await b.open();
  await client.say('EHLO me');
  await client.say('MAIL FROM:<a@b>');
  expect(await client.say('RSET')).toBe('250 2.0.0 Ok');
  expect(await client.say('RCPT TO:<alice@localhost>')).toBe('503 5.5.1 Error: need MAIL command');
  await client.say('MAIL FROM:<a@b>');
  await client.say('HELO me');
  expect(await client.say('DATA')).toBe('503 5.5.1 Error: need RCPT command');
  expect(await client.say('quit')).toBe('221 2.0.0 Bye');
  await client.closed();
});

test.each([
  ['GET / HTTP/1.1', 'GET / HTTP/1.1'],
  ['POST /x HTTP/1.1', 'POST /x HTTP/1.1'],
  ['a header line', 'Subject: hello'],
])('hangs up on what is no SMTP: %s', async (_about, line) => {
  const b = await bench();
  const client = await b.open();
  expect(await client.say(line)).toBe('221 2.7.0 Error: I can break rules, too. Goodbye.');
  await client.closed();
  expect(smtpdLog(b)).toContain(`warning: non-SMTP command from localhost[127.0.0.1]: ${line}`);
});

test('wants HELO first with smtpd_helo_required', async () => {
  const b = await bench({ main: ['smtpd_helo_required = yes'] });
  expect(
    await b.talk('MAIL FROM:<a@b>', 'VRFY alice', 'ETRN localhost', 'HELO me', 'MAIL FROM:<a@b>'),
  ).toEqual([
    '503 5.5.1 Error: send HELO/EHLO first',
    '252 2.0.0 alice',
    '503 Error: send HELO/EHLO first',
    '250 localhost',
    '250 2.1.0 Ok',
  ]);
});

test('disable_vrfy_command', async () => {
  const b = await bench({ main: ['disable_vrfy_command = yes'] });
  const client = await b.open();
  expect(await client.say('EHLO me')).not.toContain('VRFY');
  expect(await client.say('VRFY alice')).toBe('502 5.5.1 VRFY command is disabled');
});

test('smtpd_discard_ehlo_keywords hides, and switches chunking and DSN off', async () => {
  const b = await bench({ main: ['smtpd_discard_ehlo_keywords = dsn, CHUNKING, etrn, silent-discard'] });
  const client = await b.open();
  const keywords = await client.say('EHLO me');
  expect(keywords).not.toMatch(/DSN|CHUNKING|ETRN/);
  expect(keywords).toContain('250 SMTPUTF8');
  expect(await client.say('MAIL FROM:<a@b> RET=HDRS')).toBe('501 5.7.1 DSN support is disabled');
  expect(await client.say('BDAT 3 LAST')).toBe('521 5.5.1 Error: command not implemented');
  await client.closed();
});

test('smtpd_banner and smtpd_reject_footer', async () => {
  const b = await bench({
    main: [
      'smtpd_banner = $myhostname ready for you',
      'smtpd_reject_footer = \\c. Ask $server_name about $recipient',
    ],
  });
  const client = await b.open({ noGreeting: true });
  expect(await client.reply()).toBe('220 localhost ready for you');
  await client.say('MAIL FROM:<a@b>');
  expect(await client.say('RCPT TO:<nobody@localhost>')).toMatch(
    /^550 5\.1\.1 <nobody@localhost>: .* recipient table\. Ask localhost about /,
  );
});

test('soft_bounce makes every refusal temporary', async () => {
  const b = await bench({ main: ['soft_bounce = yes'] });
  expect(await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<nobody@localhost>', 'FOO')).toEqual([
    '250 2.1.0 Ok',
    '450 4.1.1 <nobody@localhost>: Recipient address rejected: User unknown in local recipient table',
    '400 4.5.2 Error: command not recognized',
  ]);
});

test('strict_rfc821_envelopes wants angle brackets', async () => {
  const loose = await bench();
  expect(await loose.talk('MAIL FROM:a@b')).toEqual(['250 2.1.0 Ok']);
  const strict = await bench({ main: ['strict_rfc821_envelopes = yes'] });
  expect(await strict.talk('MAIL FROM:a@b', 'MAIL FROM:<a@b>')).toEqual([
    '501 5.1.7 Bad sender address syntax',
    '250 2.1.0 Ok',
  ]);
});

test('SMTPUTF8 has to be declared for a Unicode address', async () => {
  const b = await bench({ main: ['strict_smtputf8 = yes'] });
  expect(
    await b.talk('EHLO me', 'MAIL FROM:<jörg@b.example>', 'MAIL FROM:<jörg@b.example> SMTPUTF8', {
      raw: Buffer.from([0x4e, 0x4f, 0x4f, 0x50, 0x20, 0xff, 0x0d, 0x0a]),
      replies: 1,
    }),
  ).toEqual([
    expect.stringMatching(/^250-localhost/),
    '553 5.6.7 Must declare SMTPUTF8 to send unicode address',
    '250 2.1.0 Ok',
    '500 5.5.2 Error: bad UTF-8 syntax',
  ]);
});

test('DSN parameters reach the submission', async () => {
  const b = await bench();
  await b.talk(
    'EHLO me',
    'MAIL FROM:<a@b> RET=HDRS ENVID=QQ+2B1',
    'RCPT TO:<alice@localhost> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+3Dy@z',
    'RCPT TO:<bob@localhost>',
    'DATA',
    MESSAGE,
  );
  expect(b.submissions[0]).toMatchObject({
    ret: 'HDRS',
    envid: 'QQ+1',
    recipients: [
      { address: 'alice@localhost', notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;x=y@z' },
      { address: 'bob@localhost', notify: [], orcpt: 'rfc822;bob@localhost' },
    ],
  });
});
