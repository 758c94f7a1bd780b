/** Postfix's schedule watched in seconds, on a real sandbox: retries, the delay warning, expiry. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';

const MAIN_CF = `compatibility_level = 3.6
myhostname = localhost
mydestination = localhost
inet_interfaces = loopback-only
default_transport = error: outside mail is not deliverable
alias_maps =
transport_maps = inline:{ { later.test = retry:4.7.1 come back later } }
delay_warning_time = 4h
maximal_queue_lifetime = 1d
`;
const MASTER_CF = `127.0.0.1:0 inet n - n - - smtpd
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
`;

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-clock-'));
  const configDir = path.join(folder, 'config');
  mkdirSync(configDir);
  writeFileSync(path.join(configDir, 'main.cf'), MAIN_CF);
  writeFileSync(path.join(configDir, 'master.cf'), MASTER_CF);
  sandbox = await createSandbox({ configDir, dataDir: path.join(folder, 'data') });
});
afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

async function submit(): Promise<string> {
  const { queueId } = await sandbox.client.mail.submit({
    sender: 'root@localhost',
    recipients: ['a@later.test'],
    rawBase64: Buffer.from('Subject: patience\n\nx\n').toString('base64'),
  });
  for (;;) {
    const { entries } = await sandbox.client.queue.list({ queue: 'deferred' });
    if (entries.some((entry) => entry.queueId === queueId)) return queueId;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const subjects = async () => {
  const { messages } = await sandbox.client.mail.list({});
  return messages.map(({ subject }) => subject);
};
const entry = async () => (await sandbox.client.queue.list({})).entries[0];

test('an hour, four and a day go by: tried on schedule, warned about, returned', async () => {
  await submit();
  const first = await entry();
  expect(first).toMatchObject({ attempts: 1, queue: 'deferred' });
  const arrivedAt = first?.arrivedAt ?? 0;
  expect(first?.warnsAt).toBe(arrivedAt + 4 * 3_600_000);
  expect(first?.expiresAt).toBe(arrivedAt + 86_400_000);

  const { skippedMs, now } = await sandbox.client.clock.skip({ seconds: 3600 });
  expect(skippedMs).toBe(3_600_000);
  expect(Math.abs(now - Date.now() - 3_600_000)).toBeLessThan(5_000);
  // At once, and after 300, 600, 1200 and 2400 seconds: each wait is as long as the message is old.
  expect((await entry())?.attempts).toBe(5);
  expect((await sandbox.client.sandbox.status()).clock.skippedMs).toBe(3_600_000);

  await sandbox.client.clock.skip({ seconds: 4 * 3600 });
  expect(await subjects()).toContain('Delayed Mail (still being retried)');
  expect((await entry())?.warnsAt).toBeNull();

  await sandbox.client.clock.skip({ seconds: 86_400 });
  expect(await entry()).toBeUndefined();
  expect(await subjects()).toContain('Undelivered Mail Returned to Sender');
  const { minutes } = await sandbox.client.queue.history();
  expect(minutes).toHaveLength(60);
}, 60_000);

test('a running clock goes on until it is stopped, and a reset leaves nothing stranded', async () => {
  await submit();
  await sandbox.client.clock.run({ secondsPerSecond: 3600 });
  while ((await sandbox.client.clock.state()).skippedMs < 1_800_000) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await sandbox.client.clock.run({ secondsPerSecond: 0 });
  expect((await entry())?.attempts).toBeGreaterThan(1);
  await sandbox.client.clock.skip({ seconds: 43_200 });
  const { skippedMs, now } = await sandbox.client.clock.reset();
  expect(skippedMs).toBe(0);
  expect(Math.abs(now - Date.now())).toBeLessThan(5_000);
  const next = (await entry())?.nextAttemptAt ?? Infinity;
  expect(next - Date.now()).toBeLessThan(4_000_000);
}, 60_000);

test('a deletion is undone, a message is bounced now, another is given its time', async () => {
  const queueId = await submit();
  const before = await entry();
  const { changed, undo } = await sandbox.client.queue.act({ action: 'delete', ids: [queueId] });
  expect([changed, await entry()]).toEqual([[queueId], undefined]);
  const fate = async () => (await sandbox.client.mail.list({})).messages.at(-1)?.fates[0]?.status;
  expect(await fate()).toBe('deleted');
  expect(await sandbox.client.queue.undo({ undo: undo ?? '' })).toEqual({ changed: [queueId] });
  expect(await entry()).toEqual(before);
  expect(await fate()).toBe('deferred');
  expect(await sandbox.client.queue.undo({ undo: undo ?? '' })).toEqual({ changed: [] });

  const at = (before?.nextAttemptAt ?? 0) + 7_200_000;
  await sandbox.client.queue.act({ action: 'schedule', ids: [queueId], at });
  expect((await entry())?.nextAttemptAt).toBe(at);
  const { recipients } = await sandbox.client.queue.recipients({ queueId });
  expect(recipients).toMatchObject([{ address: 'a@later.test', attempts: 1, dsn: '4.7.1', relay: 'none' }]);
  expect((await sandbox.client.queue.list({ search: 'COME BACK' })).entries).toHaveLength(1);
  expect((await sandbox.client.queue.list({ search: 'nothing' })).entries).toHaveLength(0);

  await sandbox.client.queue.act({ action: 'hold', ids: [queueId] });
  await sandbox.client.queue.act({ action: 'bounce', ids: [queueId] });
  while ((await entry()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await subjects()).toContain('Undelivered Mail Returned to Sender');
}, 60_000);
