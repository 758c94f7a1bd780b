/** BDAT (RFC 3030): content in chunks, however the bytes arrive. */
import { expect, test } from 'vitest';
import { bench } from './bench.test-support.ts';

const START = ['EHLO me', 'MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>'] as const;

test('takes all chunks in one packet, commands and content mixed, and what follows', async () => {
  const b = await bench();
  const replies = await b.talk(...START, {
    raw: 'BDAT 10\r\nSubject: x\r\nBDAT 2\r\n\r\n\r\nBDAT 9 LAST\r\n\r\n.\r\n..\r\nNOOP\r\nBDAT 1\r\nx',
    replies: 6,
  });
  // Ten bytes are "Subject: x"; the line end behind it is an empty command.
  expect(replies.slice(3)).toEqual([
    '250 2.0.0 Ok: 10 bytes',
    '500 5.5.2 Error: bad syntax',
    '250 2.0.0 Ok: 2 bytes',
    '500 5.5.2 Error: bad syntax',
    expect.stringMatching(/^250 2\.0\.0 Ok: 21 bytes queued as /),
    '250 2.0.0 Ok',
  ]);
  expect(b.submissions[0]?.raw.toString()).toBe('Subject: x\r\n\r\n.\r\n..\r\n');
});

test('takes them byte by byte', async () => {
  const b = await bench();
  const client = await b.open();
  client.socket.setNoDelay(true);
  for (const line of START) await client.say(line);
  for (const byte of 'BDAT 6\r\nA: b\r\nBDAT 8 LAST\r\n\r\nHi .\r\nNOOP\r\n') {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await client.reply()).toBe('250 2.0.0 Ok: 6 bytes');
  expect(await client.reply()).toMatch(/^250 2\.0\.0 Ok: 14 bytes queued as /);
  expect(await client.reply()).toBe('250 2.0.0 Ok');
  expect(b.submissions[0]?.raw.toString()).toBe('A: b\r\n\r\nHi .\r\n');
});

test('BDAT 0 LAST ends a message', async () => {
  const b = await bench();
  const replies = await b.talk(...START, { raw: 'BDAT 6\r\nA: b\r\n', replies: 1 }, 'BDAT 0 LAST');
  expect(replies.at(-1)).toMatch(/^250 2\.0\.0 Ok: 6 bytes queued as /);
});

test('the bytes of a refused chunk are not taken for commands', async () => {
  const b = await bench();
  expect(await b.talk('EHLO me', { raw: 'BDAT 6\r\nQUIT\r\nNOOP\r\n', replies: 2 })).toEqual([
    expect.stringMatching(/^250-/),
    '503 5.5.1 Error: need RCPT command',
    '250 2.0.0 Ok',
  ]);
});

test('after an error all chunks are thrown away until LAST', async () => {
  const b = await bench({ main: ['message_size_limit = 1000'] });
  const replies = await b.talk(
    ...START,
    { raw: `BDAT 1001\r\n${'x'.repeat(1001)}`, replies: 1 },
    { raw: 'BDAT 3\r\nabc', replies: 1 },
    'RCPT TO:<bob@localhost>',
    'DATA',
    { raw: 'BDAT 3 LAST\r\nabc', replies: 1 },
    'MAIL FROM:<a@b>',
  );
  expect(replies.slice(3)).toEqual([
    '552 5.3.4 Chunk exceeds message size limit',
    '551 5.0.0 Discarded 3 bytes after earlier error',
    '503 5.5.1 Error: RCPT after BDAT',
    '503 5.5.1 Error: DATA after BDAT',
    '551 5.0.0 Discarded 3 bytes after earlier error',
    '250 2.1.0 Ok',
  ]);
  expect(b.submissions).toEqual([]);
});

test.each(['BDAT', 'BDAT x', 'BDAT 3 FIRST', 'BDAT 3 LAST now', 'BDAT 99999999999999999999'])(
  'hangs up on %j, whose content cannot be told from commands',
  async (line) => {
    const b = await bench();
    const client = await b.open();
    for (const each of START) await client.say(each);
    expect(await client.say(line)).toBe('521 5.5.4 Syntax: BDAT count [LAST]');
    await client.closed();
  },
);

test('after a refused chunk MAIL has to wait for LAST or RSET', async () => {
  const b = await bench();
  const replies = await b.talk(
    'EHLO me',
    { raw: 'BDAT 3\r\nabc', replies: 1 },
    'MAIL FROM:<a@b>',
    'RSET',
    'MAIL FROM:<a@b>',
  );
  expect(replies.slice(1)).toEqual([
    '503 5.5.1 Error: need RCPT command',
    '503 5.5.1 Error: MAIL after BDAT',
    '250 2.0.0 Ok',
    '250 2.1.0 Ok',
  ]);
});

test.each(['RSET', 'EHLO again'])('chunks before %s are no part of the next message', async (word) => {
  const b = await bench();
  const first = { raw: 'BDAT 8\r\nX: old\r\n', replies: 1 };
  const next = { raw: 'BDAT 8 LAST\r\nY: new\r\n', replies: 1 };
  await b.talk(...START, first, word, 'MAIL FROM:<c@d>', 'RCPT TO:<alice@localhost>', next, 'QUIT');
  expect(b.submissions.map(({ raw }) => Buffer.from(raw).toString())).toEqual(['Y: new\r\n']);
});
