/** What keeps one client from taking too much: errors, line length, recipients, connections, rates. */
import { expect, test } from 'vitest';
import { createClock } from '../util/clock.ts';
import { bench, MESSAGE, smtpdLog } from './bench.test-support.ts';

test('a client that makes errors is slowed down, and the clock can skip that', async () => {
  const clock = createClock();
  const b = await bench({
    clock,
    main: ['smtpd_soft_error_limit = 1', 'smtpd_error_sleep_time = 600s'],
  });
  const client = await b.open();
  expect(await client.say('FOO')).toBe('500 5.5.2 Error: command not recognized');
  let isAnswered = false;
  const answer = client.say('NOOP').then((reply) => {
    isAnswered = true;
    return reply;
  });
  const other = await b.open();
  await other.say('NOOP');
  expect(isAnswered).toBe(false);
  clock.skip(600_000);
  expect(await answer).toBe('250 2.0.0 Ok');
});

test('a good message makes up for errors', async () => {
  const b = await bench({ main: ['smtpd_hard_error_limit = 2', 'smtpd_error_sleep_time = 0'] });
  const good = ['MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'DATA', MESSAGE] as const;
  const replies = await b.talk('FOO', ...good, 'FOO', 'NOOP');
  expect(replies.at(-1)).toBe('250 2.0.0 Ok');
});

test('an overlong command is cut at line_length_limit and told of', async () => {
  const b = await bench({ main: ['line_length_limit = 512'] });
  const [first, second] = await b.talk(`EHLO ${'x'.repeat(100_000)}`, 'NOOP');
  expect(first).toMatch(/^250-localhost/);
  expect(second).toBe('250 2.0.0 Ok');
  expect(smtpdLog(b)).toContain(
    `warning: localhost[127.0.0.1]: request longer than 512: EHLO ${'x'.repeat(25)}...`,
  );
});

test('smtpd_recipient_limit', async () => {
  const b = await bench({ main: ['smtpd_recipient_limit = 2', 'smtpd_recipient_overshoot_limit = 1'] });
  expect(
    await b.talk(
      'MAIL FROM:<a@b>',
      'RCPT TO:<alice@localhost>',
      'RCPT TO:<bob@localhost>',
      'RCPT TO:<carol@localhost>',
      'DATA',
      MESSAGE,
    ),
  ).toEqual([
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
    '250 2.1.5 Ok',
    '452 4.5.3 Error: too many recipients',
    '354 End data with <CR><LF>.<CR><LF>',
    expect.stringMatching(/^250 2\.0\.0 Ok: queued as /),
  ]);
  expect(b.submissions[0]?.recipients).toHaveLength(2);
});

test('smtpd_client_connection_count_limit', async () => {
  const b = await bench({
    main: ['smtpd_client_connection_count_limit = 1', 'smtpd_client_event_limit_exceptions ='],
  });
  const first = await b.open();
  const second = await b.open({ noGreeting: true });
  expect(await second.reply()).toBe('421 4.7.0 localhost Error: too many connections from 127.0.0.1');
  expect(await second.reply()).toBe('{closed}');
  expect(smtpdLog(b)).toContainEqual(
    expect.stringMatching(
      /^warning: Connection concurrency limit exceeded: 2 from localhost\[127\.0\.0\.1\] for service /,
    ),
  );
  await first.say('QUIT');
  await first.closed();
  const third = await b.open({ noGreeting: true });
  expect(await third.reply()).toBe('220 localhost ESMTP Postfix');
});

test('smtpd_client_message_rate_limit and _recipient_rate_limit, forgotten after anvil_rate_time_unit', async () => {
  const clock = createClock();
  const b = await bench({
    clock,
    main: [
      'smtpd_client_message_rate_limit = 2',
      'smtpd_client_recipient_rate_limit = 1',
      'smtpd_client_event_limit_exceptions =',
      'anvil_rate_time_unit = 60s',
    ],
  });
  const tooMuch = '450 4.7.1 Error: too much mail from 127.0.0.1';
  const tooMany = '450 4.7.1 Error: too many recipients from 127.0.0.1';
  expect(
    await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'RCPT TO:<bob@localhost>', 'RSET'),
  ).toEqual(['250 2.1.0 Ok', '250 2.1.5 Ok', tooMany, '250 2.0.0 Ok']);
  expect(await b.talk('MAIL FROM:<a@b>', 'RSET', 'MAIL FROM:<a@b>')).toEqual([
    '250 2.1.0 Ok',
    '250 2.0.0 Ok',
    tooMuch,
  ]);
  clock.skip(60_000);
  expect(await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>')).toEqual([
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
  ]);
});

test('a client that reads its answers late gets them all', async () => {
  const b = await bench({ main: ['smtpd_junk_command_limit = 100000'] });
  const client = await b.open();
  client.socket.pause();
  client.write('EHLO me\r\n'.repeat(20_000));
  client.write('QUIT\r\n');
  client.socket.resume();
  for (let i = 0; i < 20_000; i++) await client.reply();
  expect(await client.reply()).toBe('221 2.0.0 Bye');
});

test('message_size_limit: by SIZE, and by what is sent', async () => {
  const b = await bench({ main: ['message_size_limit = 2000'] });
  const replies = await b.talk(
    'EHLO me',
    'MAIL FROM:<a@b> SIZE=2001',
    'MAIL FROM:<a@b> SIZE=100',
    'RCPT TO:<alice@localhost>',
    'DATA',
    { raw: `Subject: long\r\n\r\n${'0123456789\r\n'.repeat(300)}.\r\n`, replies: 1 },
    'NOOP',
  );
  expect(replies.slice(1)).toEqual([
    '552 5.3.4 Message size exceeds fixed limit',
    '250 2.1.0 Ok',
    '250 2.1.5 Ok',
    '354 End data with <CR><LF>.<CR><LF>',
    '552 5.3.4 Error: message file too big',
    '250 2.0.0 Ok',
  ]);
  expect(b.submissions).toHaveLength(0);
});

test('a client that goes is noted with where it was', async () => {
  const b = await bench();
  const client = await b.open();
  await client.say('EHLO me');
  await client.say('MAIL FROM:<a@b>');
  client.socket.end();
  await client.closed();
  expect(smtpdLog(b).slice(1)).toEqual([
    'lost connection after MAIL from localhost[127.0.0.1]',
    'disconnect from localhost[127.0.0.1] ehlo=1 mail=1 commands=2',
  ]);
});

test('a client that goes in the middle of its message leaves no message', async () => {
  const b = await bench();
  const client = await b.open();
  await client.say('MAIL FROM:<a@b>');
  await client.say('RCPT TO:<alice@localhost>');
  await client.say('DATA');
  client.socket.end('12345');
  await client.closed();
  expect(b.submissions).toEqual([]);
  expect(smtpdLog(b).at(-2)).toBe('lost connection after DATA (5 bytes) from localhost[127.0.0.1]');
});

test('smtpd_timeout: 421 and good-bye', async () => {
  const b = await bench({ main: ['smtpd_timeout = 1s'] });
  const client = await b.open();
  await client.say('EHLO me');
  expect(await client.reply()).toBe('421 4.4.2 localhost Error: timeout exceeded');
  await client.closed();
  expect(smtpdLog(b)).toContain('timeout after EHLO from localhost[127.0.0.1]');
});
