import { expect, test } from 'vitest';
import type { QueueId } from '../mail/queue-id.ts';
import { UNKNOWN_CLIENT_NAME } from '../smtpd/client.ts';
import { createSessionKeeper } from './session-keeper.ts';

const client = {
  ...UNKNOWN_CLIENT_NAME,
  address: '127.0.0.1',
  socketAddress: '127.0.0.1',
  port: '1',
  serverAddress: '127.0.0.1',
  serverPort: '25',
};

function keeper() {
  let at = 0;
  return createSessionKeeper({ now: () => ++at }, 100);
}
const said = (from: 'client' | 'server', line: string) => ({ at: 1, from, line });

test('keeps who it was, what was said, what came of it', () => {
  const sessions = keeper();
  const record = sessions.record({ service: 'smtp', client });
  record.add(said('client', 'EHLO app.test'));
  record.add(said('server', '250-localhost'));
  record.add(said('server', '554 5.7.1 no'));
  record.accepted('ABC' as QueueId);
  expect(sessions.get(100)).toMatchObject({ number: 100, endedAt: null, helo: 'app.test', refusals: 1 });
  record.end();
  expect(sessions.get(100)).toMatchObject({ queueIds: ['ABC'], endedAt: 2 });
  expect(sessions.get(100)?.transcript).toHaveLength(3);
});

test('the newest come first, and the oldest make room', () => {
  const sessions = keeper();
  for (let n = 0; n < 2500; n++) sessions.record({ service: 'smtp', client });
  expect(sessions.list(2).map(({ number }) => number)).toEqual([2599, 2598]);
  expect(sessions.list(10_000)).toHaveLength(2000);
  expect(sessions.get(100)).toBeUndefined();
});

test('much that is said costs old sessions, not memory', () => {
  const sessions = keeper();
  const line = said('client', 'x'.repeat(10_000));
  for (let n = 0; n < 20; n++) {
    const record = sessions.record({ service: 'smtp', client });
    for (let i = 0; i < 100; i++) record.add(line);
  }
  const kept = sessions.list(100).flatMap(({ transcript }) => transcript);
  expect(kept.length).toBeLessThanOrEqual(311);
  expect(kept.length).toBeGreaterThan(200);
});

test('one session has an end too', () => {
  const sessions = keeper();
  const record = sessions.record({ service: 'smtp', client });
  for (let i = 0; i < 6000; i++) record.add(said('client', 'NOOP'));
  expect(sessions.get(100)?.transcript.at(-1)?.line).toBe('(more was said)');
  expect(sessions.get(100)?.transcript).toHaveLength(5001);
});
