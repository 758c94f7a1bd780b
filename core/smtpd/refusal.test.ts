/** What was refused is kept with the whole conversation, and the postmaster is told if he wants to be. */
import { expect, test } from 'vitest';
import { bench, MESSAGE } from './bench.test-support.ts';

test('a refused recipient: who, what, when, why, and what was said', async () => {
  const b = await bench();
  await b.talk('EHLO me', 'MAIL FROM:<carol@client.example>', 'RCPT TO:<nobody@localhost>', 'QUIT');
  const reply =
    '550 5.1.1 <nobody@localhost>: Recipient address rejected: User unknown in local recipient table';
  expect(b.refusals).toHaveLength(1);
  expect(b.refusals[0]).toMatchObject({
    clientName: 'localhost',
    clientAddress: '127.0.0.1',
    helo: 'me',
    sender: 'carol@client.example',
    recipient: 'nobody@localhost',
    stage: 'RCPT',
    reply,
  });
  const said = b.refusals[0]?.transcript.map(({ from, line }) => `${from === 'client' ? 'C' : 'S'}: ${line}`);
  expect(said?.slice(-6)).toEqual([
    'C: MAIL FROM:<carol@client.example>',
    'S: 250 2.1.0 Ok',
    'C: RCPT TO:<nobody@localhost>',
    `S: ${reply}`,
    'C: QUIT',
    'S: 221 2.0.0 Bye',
  ]);
  expect(said?.[0]).toBe('S: 220 localhost ESMTP Postfix');
});

test('the journey names the restriction and the line it stands in', async () => {
  const b = await bench({ main: ['smtpd_recipient_restrictions = reject_unknown_sender_domain, reject'] });
  await b.talk('MAIL FROM:<>', 'RCPT TO:<alice@localhost>', 'QUIT');
  expect(b.refusals[0]?.journey.at(-1)).toMatchObject({
    source: { kind: 'restriction', list: 'smtpd_recipient_restrictions' },
  });
  expect(JSON.stringify(b.refusals[0]?.journey.at(-1)?.source)).toMatch(/"line":\d+/);
});

test('a session has one refusal, of mail rather than of other commands', async () => {
  const b = await bench();
  await b.talk(
    'FOO',
    'VRFY nobody@localhost',
    'MAIL FROM:<a@b>',
    'RCPT TO:<x@localhost>',
    'RCPT TO:<y@localhost>',
    'QUIT',
  );
  expect(b.refusals.map(({ recipient }) => recipient)).toEqual(['x@localhost']);
});

test('each message of a session has its own', async () => {
  const b = await bench();
  const refused = [
    'MAIL FROM:<a@b>',
    'RCPT TO:<x@localhost>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    MESSAGE,
  ] as const;
  await b.talk(...refused, ...refused, 'QUIT');
  expect(b.refusals).toHaveLength(2);
});

test('message content stays out of the transcript', async () => {
  const b = await bench();
  await b.talk(
    'MAIL FROM:<a@b>',
    'RCPT TO:<x@localhost>',
    'RCPT TO:<alice@localhost>',
    'DATA',
    { raw: 'Subject: secret\r\n\r\nsecret\r\n.\r\n', replies: 1 },
    { raw: 'MAIL FROM:<a@b>\r\nRCPT TO:<alice@localhost>\r\nBDAT 8 LAST\r\nsecret\r\n', replies: 3 },
    'QUIT',
  );
  expect(JSON.stringify(b.refusals)).not.toContain('secret');
});

test('a transcript has a bound', async () => {
  const b = await bench({ main: ['smtpd_junk_command_limit = 100000'] });
  const noops = `NOOP ${'x'.repeat(1000)}\r\n`.repeat(3000);
  await b.talk({ raw: `MAIL FROM:<a@b>\r\nRCPT TO:<x@localhost>\r\n${noops}`, replies: 3002 }, 'QUIT');
  const transcript = b.refusals[0]?.transcript ?? [];
  expect(transcript.length).toBeLessThanOrEqual(1001);
  expect(JSON.stringify(transcript).length).toBeLessThan(200_000);
});

test('what goes well is no refusal', async () => {
  const b = await bench();
  await b.talk('EHLO me', 'MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'DATA', MESSAGE, 'QUIT');
  expect(b.refusals).toEqual([]);
});

test('notify_classes: the postmaster gets the transcript by mail', async () => {
  const b = await bench({ main: ['notify_classes = bounce', 'bounce_notice_recipient = bob'] });
  await b.talk('EHLO me', 'MAIL FROM:<a@b>', 'RCPT TO:<nobody@localhost>', 'QUIT');
  const [notice] = b.submissions;
  expect(notice).toMatchObject({ origin: 'bounce', sender: 'double-bounce@localhost' });
  expect(notice?.recipients.map(({ address }) => address)).toEqual(['bob']);
  const text = Buffer.from(notice?.raw ?? []).toString();
  expect(text).toContain('Subject: Postfix SMTP server: errors from localhost[127.0.0.1]');
  expect(text).toContain(' In:  RCPT TO:<nobody@localhost>');
  expect(text).toContain(' Out: 550 5.1.1 <nobody@localhost>');
});

test('notify_classes that do not match: no mail', async () => {
  const b = await bench({ main: ['notify_classes = resource, policy'] });
  await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<nobody@localhost>', 'QUIT');
  expect(b.submissions).toEqual([]);
});

test('a message that a table kept out is the postmaster’s business, one that a check refused is not', async () => {
  for (const errorClass of ['resource', 'policy'] as const) {
    const b = await bench();
    b.answerWith({ kind: 'refused', reply: { code: 451, enhanced: '4.3.0', lines: ['later'] }, errorClass });
    await b.talk('MAIL FROM:<a@b>', 'RCPT TO:<alice@localhost>', 'DATA', MESSAGE, 'QUIT');
    const notices = b.submissions.filter((submission) => submission.origin === 'bounce');
    expect(notices).toHaveLength(errorClass === 'resource' ? 1 : 0);
  }
});
