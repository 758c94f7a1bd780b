/** How a session ends after QUIT. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Submission } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import { bench, smtpdLog } from './bench.test-support.ts';

test('what is said behind QUIT is not run, and its answer still arrives', async () => {
  const b = await bench();
  const behind = 'NOOP\r\n'.repeat(2000);
  const client = await b.open();
  client.write(`QUIT\r\nMAIL FROM:<a@b>\r\n${behind}`);
  expect(await client.reply()).toBe('221 2.0.0 Bye');
  await client.closed();
  expect(await client.reply()).toBe('{closed}');
  expect(smtpdLog(b).at(-1)).toBe('disconnect from localhost[127.0.0.1] quit=1 commands=1');
});

test('the connection is closed at once, not when the client closes its side', async () => {
  const b = await bench();
  const socket = connect({ host: '127.0.0.1', port: b.port, allowHalfOpen: true });
  const broken = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>;
  socket.once('data', () => socket.write('QUIT\r\n'));
  await once(socket, 'end');
  // A closed connection answers with a reset; one that is half open would take it.
  const again = setInterval(() => socket.write('NOOP\r\n'), 10);
  const [error] = await broken;
  clearInterval(again);
  expect(error.code).toMatch(/^(?:EPIPE|ECONNRESET)$/);
});

/** A smtpd whose notices to the postmaster take a moment, and what has been posted. */
async function slowPost() {
  const posted: string[] = [];
  let number = 0;
  const b = await bench({
    main: ['notify_classes = bounce'],
    intake: {
      allocate: () => ({ messageId: ++number, arrivedAt: 0, queueId: makeQueueId(0, number, false) }),
      async submit(submission: Submission) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        posted.push(submission.origin);
        return { kind: 'queued' };
      },
    },
  });
  const client = await b.open();
  await client.say('MAIL FROM:<a@b>');
  await client.say('RCPT TO:<nobody@localhost>');
  return { b, client, posted };
}

test('the copy for the postmaster is posted before the connection is closed, as in Postfix', async () => {
  const { client, posted } = await slowPost();
  client.write('QUIT\r\nNOOP\r\n');
  expect(await client.reply()).toBe('221 2.0.0 Bye');
  expect(posted).toEqual([]);
  await client.closed();
  expect(posted).toEqual(['bounce']);
  expect(await client.reply()).toBe('{closed}');
});

test('a client that does not wait for that is no trouble', async () => {
  const { b, client, posted } = await slowPost();
  client.write('QUIT\r\n');
  expect(await client.reply()).toBe('221 2.0.0 Bye');
  client.socket.resetAndDestroy();
  await expect.poll(() => posted).toEqual(['bounce']);
  expect(await b.talk('QUIT')).toEqual(['221 2.0.0 Bye']);
});
