/** Killed at any moment, the sandbox loses no acknowledged message and duplicates none. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { createFolders, runSandpost, startSandbox } from '../support/sandbox-process.ts';
import { startLoad } from '../support/smtp-load.ts';

const ROUNDS = Number(process.env.SANDPOST_KILL_ROUNDS ?? 50);
const CONNECTIONS = 10;
/** More than a round can take before it is killed. */
const MESSAGES_PER_ROUND = 20_000;
const LONGEST_ROUND_MS = 400;
const ROUND_TIMEOUT_MS = 30_000;

const folders = createFolders();
afterAll(() => {
  folders.remove();
});

/** How often each subject is in the mailbox. */
async function delivered(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const exported = await runSandpost(folders, ['mail', 'export', '--mailbox', 'target']);
  if (exported.exit !== 0) throw new Error(exported.stderr);
  for (const [, subject = ''] of exported.stdout.matchAll(/^Subject: (.*)$/gm)) {
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts;
}

test(
  `after ${ROUNDS} SIGKILLs at random moments under full load every acknowledged message is there exactly once`,
  { timeout: ROUNDS * ROUND_TIMEOUT_MS },
  async () => {
    expect((await runSandpost(folders, ['user', 'add', 'target'])).exit).toBe(0);
    const acknowledged = new Set<string>();
    const sent = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const sandbox = await startSandbox(folders, { http: 'off' });
      const load = startLoad({
        port: sandbox.smtpPort,
        connections: CONNECTIONS,
        prefix: `round-${round}`,
        recipient: 'target@localhost',
        count: MESSAGES_PER_ROUND,
      });
      await delay(Math.random() * LONGEST_ROUND_MS);
      await sandbox.kill();
      await load.finished;
      for (const subject of load.acknowledged) acknowledged.add(subject);
      for (const subject of load.sent) sent.add(subject);
    }
    // The last start delivers what the last kill left in the queue.
    const sandbox = await startSandbox(folders, { http: 'off' });
    await drained();
    expect(await sandbox.stop()).toBe(0);

    const counts = await delivered();
    const lost = [...acknowledged].filter((subject) => !counts.has(subject));
    const doubled = [...counts].filter(([, count]) => count > 1);
    const unknown = [...counts.keys()].filter((subject) => !sent.has(subject));
    expect({ lost, doubled, unknown }).toEqual({ lost: [], doubled: [], unknown: [] });
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  },
);

async function drained(): Promise<void> {
  for (;;) {
    const queue = await runSandpost(folders, ['postqueue', '-j']);
    if (queue.exit === 0 && queue.stdout === '') return;
    await delay(100);
  }
}
