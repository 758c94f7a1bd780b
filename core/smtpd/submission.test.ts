/** What smtpd hands to cleanup, and what it answers when cleanup or the disk says no. */
import { expect, test } from 'vitest';
import { mailDate } from '../mail/header-date.ts';
import { reply } from '../mail/reply.ts';
import { bench, MESSAGE, smtpdLog } from './bench.test-support.ts';
import { UNKNOWN_CLIENT_NAME } from './client.ts';

const TO_ALICE = ['MAIL FROM:<carol@client.example>', 'RCPT TO:<alice@localhost>', 'DATA', MESSAGE] as const;

test('Received names the only recipient', async () => {
  const b = await bench();
  await b.talk('EHLO me.example', ...TO_ALICE);
  const [submission] = b.submissions;
  const date = mailDate(submission?.arrivedAt ?? 0);
  expect(submission?.head).toBe(
    'Received: from me.example (localhost [127.0.0.1])\n' +
      `\tby localhost (Postfix) with ESMTP id ${submission?.queueId ?? ''}\n` +
      `\tfor <alice@localhost>; ${date}\n`,
  );
});

test('Received of several recipients names none; without HELO it has the client’s name', async () => {
  const b = await bench();
  await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'RCPT TO:<bob@localhost>', 'DATA', MESSAGE);
  const [submission] = b.submissions;
  const date = mailDate(submission?.arrivedAt ?? 0);
  expect(submission?.head).toBe(
    'Received: from localhost (localhost [127.0.0.1])\n' +
      `\tby localhost (Postfix) with SMTP id ${submission?.queueId ?? ''};\n` +
      `\t${date}\n`,
  );
});

test('a client that localhost’s DNS does not know is `unknown`, an IPv6 one has its prefix', async () => {
  const b = await bench({
    master: '[::1]:0 inet n - n - - smtpd\n',
    lookupClient: () => UNKNOWN_CLIENT_NAME,
  });
  await b.talk('EHLO me', ...TO_ALICE);
  expect(b.submissions[0]?.head).toContain('Received: from me (unknown [IPv6:::1])\n');
  expect(smtpdLog(b)[0]).toBe('connect from unknown[::1]');
});

test('says who the client was, and gives the bytes as they came', async () => {
  const b = await bench();
  await b.talk(
    'EHLO me.example',
    'MAIL FROM:<carol@client.example> BODY=8BITMIME SMTPUTF8',
    'RCPT TO:<alice@localhost>',
    'DATA',
    { raw: Buffer.from('Subject: x\r\n\r\n..dot\nb\xff\r\n.\r\n', 'latin1'), replies: 1 },
  );
  expect(b.submissions[0]).toMatchObject({
    origin: 'smtpd',
    sender: 'carol@client.example',
    encoding: '8bit',
    smtputf8: true,
    rewriteContext: 'local',
    skip: {},
    orders: {},
    client: { name: 'localhost', address: '127.0.0.1', helo: 'me.example', protocol: 'ESMTP' },
  });
  expect(Buffer.from(b.submissions[0]?.raw ?? []).toString('latin1')).toBe(
    'Subject: x\r\n\r\n.dot\nb\xff\r\n',
  );
});

test('local_header_rewrite_clients, receive_override_options and content_filter', async () => {
  const b = await bench({
    main: [
      'local_header_rewrite_clients =',
      'receive_override_options = no_address_mappings, no_header_body_checks',
      'content_filter = filter:next',
    ],
  });
  await b.talk('EHLO me', ...TO_ALICE);
  expect(b.submissions[0]).toMatchObject({
    rewriteContext: 'remote',
    skip: { addressMappings: true, bcc: true, checks: true },
    orders: { filter: 'filter:next' },
  });
});

test('an UUCP From_ line in front becomes X-Mailbox-Line', async () => {
  const b = await bench();
  await b.talk('EHLO me', ...TO_ALICE.slice(0, 3), {
    raw: 'from alice Mon Jan  1 00:00:00 2024\r\nSubject: x\r\n\r\nHi\r\n.\r\n',
    replies: 1,
  });
  const [submission] = b.submissions;
  expect(submission?.head).toMatch(/\nX-Mailbox-Line: from alice Mon Jan {2}1 00:00:00 2024\n$/);
  expect(submission?.raw.toString()).toBe('Subject: x\r\n\r\nHi\r\n');
});

test('the queue file is opened with the first good recipient', async () => {
  const b = await bench();
  const client = await b.open();
  await client.say('MAIL FROM:<a@b>');
  await client.say('RCPT TO:<nobody@localhost>');
  await client.say('RCPT TO:<alice@localhost>');
  await client.say('RCPT TO:<nobody@localhost>');
  const log = smtpdLog(b);
  expect(log[1]).toMatch(/^NOQUEUE: reject: RCPT /);
  const queueId = /^([0-9A-F]+): client=localhost\[127\.0\.0\.1\]$/.exec(log[2] ?? '')?.[1];
  expect(queueId).toBeDefined();
  expect(log[3]?.startsWith(`${queueId ?? ''}: reject: RCPT `)).toBe(true);
});

test('passes on what cleanup refuses', async () => {
  const b = await bench();
  b.answerWith({
    kind: 'refused',
    reply: reply(550, '5.7.1', 'message content rejected'),
    errorClass: 'policy',
  });
  const replies = await b.talk(...TO_ALICE, 'MAIL FROM:<a@b>');
  expect(replies.slice(3)).toEqual(['550 5.7.1 message content rejected', '250 2.1.0 Ok']);
});

test('a message that was thrown away is acknowledged like others', async () => {
  const b = await bench();
  b.answerWith({ kind: 'discarded' });
  expect((await b.talk(...TO_ALICE)).at(-1)).toMatch(/^250 2\.0\.0 Ok: queued as /);
});

test('452 while the disk is full, and back to normal afterwards', async () => {
  const b = await bench();
  const client = await b.open();
  const send = async () => {
    let answer = '';
    for (const step of TO_ALICE) {
      if (typeof step === 'string') answer = await client.say(step);
      else {
        client.write(step.raw);
        answer = await client.reply();
      }
    }
    return answer;
  };
  b.answerWith({ kind: 'storage-failed', full: true, reason: 'no space left on device' });
  expect(await send()).toBe('452 4.3.1 Insufficient system storage');
  b.answerWith({ kind: 'storage-failed', full: false, reason: 'input/output error' });
  expect(await send()).toBe('451 4.3.0 Error: queue file write error');
  b.answerWith({ kind: 'queued' });
  expect(await send()).toMatch(/^250 2\.0\.0 Ok: queued as /);
  expect(smtpdLog(b)).toContainEqual(
    expect.stringMatching(/^warning: [0-9A-F]+: queue file write error: no space left on device$/),
  );
});

test('a bug in the intake is a temporary error, and the session goes on', async () => {
  const b = await bench({
    intake: {
      allocate: () => ({ queueId: 'ABC', messageId: 1, arrivedAt: 0 }) as never,
      submit: () => Promise.reject(new Error('a bug')),
    },
  });
  const replies = await b.talk(...TO_ALICE, 'NOOP');
  expect(replies.slice(3)).toEqual(['451 4.3.0 Error: internal error', '250 2.0.0 Ok']);
});
