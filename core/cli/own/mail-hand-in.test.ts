import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './mail.ts';

let context: TestContext;
beforeEach(async () => {
  context = await createTestContext();
});
afterEach(() => context.close());
const inputOf = (name: string) => context.engine.calls.find((call) => call.name === name)?.input;

it('resends with the envelope that it had, or with another', async () => {
  expect(await run(context, ['resend', '1'])).toBe(0);
  expect(inputOf('resend')).toMatchObject({
    id: 1,
    sender: 'you@localhost',
    recipients: ['root@localhost'],
    isMarked: false,
  });
  expect(context.printed.out).toBe('queued as NEW1, message 3\n');
  context.engine.calls.length = 0;
  await run(context, ['resend', '-f', '', '--to', 'a', '--to', 'b', '--resent', '2']);
  expect(inputOf('resend')).toEqual({
    id: 2,
    inside: '',
    sender: '',
    recipients: ['a', 'b'],
    isMarked: true,
  });
  await expect(run(context, ['resend'])).rejects.toThrow('needs one message number');
  await expect(run(context, ['resend', '7'])).rejects.toThrow('There is no message 7.');
});

it('injects as a client that is made up', async () => {
  const words = ['--client', '192.0.2.7', '--helo', 'far.test', '--id', '2', '--json', 'root@localhost'];
  expect(await run(context, ['inject', ...words])).toBe(0);
  expect(inputOf('inject')).toMatchObject({
    clientAddress: '192.0.2.7',
    helo: 'far.test',
    sender: 'alice',
    recipients: ['root@localhost'],
    messageId: 2,
  });
  expect(JSON.parse(context.printed.out)).toMatchObject({ queueId: 'NEW1' });
  await expect(run(context, ['inject'])).rejects.toThrow('at least one recipient');
});
