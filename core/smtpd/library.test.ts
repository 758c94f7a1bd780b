/** What smtp-server 3.21.6 does otherwise than Postfix, or wrong: one test for each, named after the library's behaviour. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { expect, test, vi } from 'vitest';
import { bench, MESSAGE } from './bench.test-support.ts';
import { SmtpdConnection } from './connection.ts';
import { SmtpdServer } from './server.ts';

test('sessions and listeners are the library’s own classes', () => {
  expect(SmtpdConnection.prototype).toBeInstanceOf(SMTPConnection);
  expect(SmtpdServer.prototype).toBeInstanceOf(SMTPServer);
});

test('the library waits 100 ms before its greeting; here no timer stands before it', async () => {
  const b = await bench();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await b.open();
  expect(timers.mock.calls.filter(([, delay]) => delay === 100)).toEqual([]);
  timers.mockRestore();
});

test('the library says "421 You talk too soon"; Postfix answers clients that talk early', async () => {
  const b = await bench();
  const client = await b.open({ noGreeting: true });
  client.write('HELO me\r\nNOOP\r\n');
  expect(await client.reply()).toBe('220 localhost ESMTP Postfix');
  expect(await client.reply()).toBe('250 localhost');
  expect(await client.reply()).toBe('250 2.0.0 Ok');
});

test('the library writes each reply by itself; here a pipelined group is answered with one write', async () => {
  const b = await bench();
  const client = await b.open();
  const pieces: string[] = [];
  client.socket.on('data', (text: string) => pieces.push(text));
  client.write(
    'EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@localhost>\r\nRCPT TO:<bob@localhost>\r\nDATA\r\n',
  );
  for (let i = 0; i < 5; i++) await client.reply();
  expect(pieces).toHaveLength(1);
});

test('the library has a fixed enhanced code for each reply code and doubles ours', async () => {
  const b = await bench({
    main: ['smtpd_sender_restrictions = check_sender_access inline:{{a@b=550 5.7.27 No}}'],
  });
  expect(await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>')).toEqual([
    '250 2.1.0 Ok',
    '550 5.7.27 <a@b>: Sender address rejected: No',
  ]);
});

test('the library’s own words reach nobody', async () => {
  const library = readFileSync(
    createRequire(import.meta.url).resolve('smtp-server/lib/smtp-connection.js'),
    'utf8',
  );
  const b = await bench();
  const replies = await b.talk(
    'HELO',
    'EHLO me',
    'MAIL FROM:<a@b>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
    'DATA',
    'RCPT TO:<alice@localhost>',
    'MAIL FROM:bad>',
    'AUTH PLAIN',
    'STARTTLS',
    'VRFY alice',
    'HELP',
    'FOO',
    'QUIT',
  );
  const texts = replies.flatMap((reply) => reply.split('\n')).map((line) => line.slice(4));
  const shared = texts.filter((text) => text.includes(' ') && library.includes(`'${text}`));
  // Postfix's, and the library's after it.
  expect(shared).toEqual(['End data with <CR><LF>.<CR><LF>']);
});

test('the library keeps the parameters of a refused MAIL for the next one', async () => {
  const b = await bench();
  await b.talk(
    'EHLO me',
    'MAIL FROM:<a@b> BODY=8BITMIME RET=HDRS ENVID=LEAK SMTPUTF8 FOO=bar',
    'MAIL FROM:<a@b>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
  );
  expect(b.submissions[0]).toMatchObject({ envid: '', encoding: '', smtputf8: false });
  expect(b.submissions[0]?.ret).not.toBe('HDRS');
});

test('the library takes parameters it does not know', async () => {
  const b = await bench();
  expect(
    (
      await b.talk(
        'EHLO me',
        'MAIL FROM:<a@b> FOO=bar',
        'MAIL FROM:<a@b>',
        'RCPT TO:<alice@localhost> FOO=bar',
      )
    ).slice(1),
  ).toEqual([
    '555 5.5.4 Unsupported option: FOO=bar',
    '250 2.1.0 Ok',
    '555 5.5.4 Unsupported option: FOO=bar',
  ]);
});

test.each(['root', '<root>', 'alice@localhost', '<"alice"@localhost>', '<alice@LOCALHOST>', '<postmaster>'])(
  'the library refuses addresses that Postfix takes: %s',
  async (address) => {
    const b = await bench({ files: { aliases: '' }, users: ['alice', 'root', 'postmaster'] });
    expect(await b.talk('MAIL FROM:<>', `RCPT TO:${address}`)).toEqual(['250 2.1.0 Ok', '250 2.1.5 Ok']);
  },
);

test('the library replaces a recipient that is named again; Postfix keeps both, in order', async () => {
  const b = await bench();
  await b.talk(
    'MAIL FROM:<a@b>',
    'RCPT TO:<alice@localhost>',
    'RCPT TO:<bob@localhost>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
  );
  expect(b.submissions[0]?.recipients.map(({ address }) => address)).toEqual([
    'alice@localhost',
    'bob@localhost',
    'alice@localhost',
  ]);
});

test('the library knows no ETRN, EXPN, BDAT', async () => {
  const b = await bench();
  expect(
    await b.talk(
      'HELO me',
      'ETRN localhost',
      'MAIL FROM:<a@b>',
      'RCPT TO:<alice@localhost>',
      { raw: 'BDAT 20\r\nSubject: chunked\r\n\r\n', replies: 1 },
      { raw: 'BDAT 8 LAST\r\nHello.\r\n', replies: 1 },
    ),
  ).toEqual([
    '250 localhost',
    '459 <localhost>: service unavailable',
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
    '250 2.0.0 Ok: 20 bytes',
    expect.stringMatching(/^250 2\.0\.0 Ok: 28 bytes queued as [0-9A-F]+$/),
  ]);
  expect(b.submissions[0]?.raw.toString()).toBe('Subject: chunked\r\n\r\nHello.\r\n');
});

test('the library has no limit for errors; Postfix hangs up', async () => {
  const b = await bench({
    main: ['smtpd_hard_error_limit = 3', 'smtpd_error_sleep_time = 0'],
  });
  const client = await b.open();
  for (let i = 0; i < 2; i++) await client.say('FOO');
  client.write('FOO\r\nNOOP\r\n');
  expect(await client.reply()).toBe('500 5.5.2 Error: command not recognized');
  expect(await client.reply()).toBe('421 4.7.0 localhost Error: too many errors');
  expect(await client.reply()).toBe('{closed}');
});

test('the library lets a client say NOOP for ever; with Postfix they become errors', async () => {
  const b = await bench({
    main: ['smtpd_junk_command_limit = 2', 'smtpd_hard_error_limit = 3', 'smtpd_error_sleep_time = 0'],
  });
  const client = await b.open();
  const replies: string[] = [];
  while (replies.at(-1) !== '{closed}') replies.push(await client.say('NOOP'));
  expect(replies.slice(-2)).toEqual(['421 4.7.0 localhost Error: too many errors', '{closed}']);
  expect(replies.filter((reply) => reply.startsWith('250'))).toHaveLength(6);
});

test('the library tells sessions nothing when it stops, and waits for them', async () => {
  const b = await bench();
  const client = await b.open();
  const closing = b.close();
  expect(await client.reply()).toBe(
    '421 4.3.2 localhost Service not available, closing transmission channel',
  );
  await closing;
});

test('the library yields to the event loop for each line that begins with a dot', async () => {
  const b = await bench();
  const client = await b.open();
  await client.say('MAIL FROM:<a@b>');
  await client.say('RCPT TO:<alice@localhost>');
  await client.say('DATA');
  const yields = vi.spyOn(globalThis, 'setImmediate');
  client.write(`${'..dotted\r\n'.repeat(20_000)}.\r\n`);
  await client.reply();
  expect(yields.mock.calls.length).toBeLessThan(1000);
  yields.mockRestore();
  expect(b.submissions[0]?.raw.toString()).toBe('.dotted\r\n'.repeat(20_000));
});

test('the library asks the real DNS for the client’s name; a sandbox knows localhost', async () => {
  const b = await bench();
  await b.open();
  expect(b.log).toContain('smtpd: info: connect from localhost[127.0.0.1]');
});
