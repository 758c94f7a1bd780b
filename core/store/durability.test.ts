import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRuntime } from './database.ts';
import { StoreLockedError, StoreRuntimeError } from './errors.ts';
import { createStore } from './open.ts';
import { sampleMessage } from './sample.ts';
import { openStore, removeTemporaryFolders, silent, stillClock, temporaryFolder } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/acknowledge.ts', import.meta.url));

const FILL_DISK = fileURLToPath(new URL('./fixtures/fill-disk.ts', import.meta.url));

/** Whether a file system of its own can be had here: only on Linux, and with the rights for it. */
const canMount = () => spawnSync('unshare', ['-m', 'true']).status === 0;

/** Runs the program until it printed `lines` lines, kills it without warning, and answers all that it printed. */
async function runAndKill(dataDir: string, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (printed.length === lines) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return printed;
}

const numbers = (printed: readonly string[], word: string) =>
  printed.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length)));

describe('the store on disk', () => {
  afterAll(removeTemporaryFolders);

  it(
    'has everything that was acknowledged, once, after kill -9; and the lock is free',
    { timeout: 60_000 },
    async () => {
      const dataDir = temporaryFolder();
      const accepted: number[] = [];
      const settled: number[] = [];
      for (const lines of [40, 151]) {
        const printed = await runAndKill(dataDir, lines);
        accepted.push(...numbers(printed, 'accepted'));
        settled.push(...numbers(printed, 'settled'));
      }
      const store = await openStore(dataDir);
      expect(accepted.length).toBeGreaterThan(60);
      expect(new Set(accepted).size).toBe(accepted.length);
      for (const id of accepted)
        expect(store.mail.content(id), String(id)).toEqual(sampleMessage(id).content);
      for (const id of settled) expect(store.mail.deliveries(id)).toHaveLength(1);
      const { messages } = store.mail.totals();
      const { incoming } = store.queue.counts();
      expect(store.mail.folders().mailboxes[0]?.total).toBe(messages - incoming);
      expect(store.queue.allocate()).toBeGreaterThan(Math.max(...accepted));
      await store.close();
    },
  );

  it.skipIf(!canMount())(
    'loses nothing when a real disk fills up, says so each time, and goes on when there is room',
    { timeout: 60_000 },
    () => {
      const script = 'mount -t tmpfs -o size=20m tmpfs "$1" && exec "$2" "$3" "$1"';
      const args = ['-m', 'sh', '-c', script, 'sh', temporaryFolder(), process.execPath, FILL_DISK];
      const { status, stdout } = spawnSync('unshare', args, { encoding: 'utf8' });
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ kinds: ['StoreFullError'], failedAfter: 0, missing: [] });
      const { messages, listed, acknowledged } = JSON.parse(stdout) as Record<string, number>;
      expect([messages, listed]).toEqual([acknowledged, acknowledged]);
    },
  );

  it('is refused to a second process, which says whose it is', { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const store = await openStore(dataDir);
    const [line] = await runAndKill(dataDir, 1);
    expect(line).toMatch(new RegExp(`^failed StoreLockedError: .*process ${process.pid}`));
    await expect(openStore(dataDir)).rejects.toThrow(StoreLockedError);
    await store.close();
    await (await openStore(dataDir)).close();
  });

  it('is written, and searched, by threads of their own', { timeout: 60_000 }, async () => {
    const store = await createStore({ dataDir: temporaryFolder(), log: silent, clock: stillClock });
    await store.queue.accept([sampleMessage(store.queue.allocate())]);
    expect(store.mail.totals().messages).toBe(1);
    const query = { folder: { kind: 'all' as const }, limit: 1 };
    expect(await store.mail.list({ ...query, search: 'unheard' })).toEqual({ messages: [], hasMore: false });
    expect((await store.mail.list({ ...query, search: '-unheard' })).messages).toHaveLength(1);
    for (const isStarred of [true, false]) {
      await store.mail.mark([1], { isStarred });
      expect(await store.mail.ids({ ...query, search: 'is:starred' })).toEqual(isStarred ? [1] : []);
    }
    await store.close();
  });

  it('says so where SQLite cannot be loaded, instead of crashing', () => {
    expect(() => {
      checkRuntime('9', undefined);
    }).toThrow(StoreRuntimeError);
    expect(() => {
      checkRuntime('9', path.join('no', 'such', 'file.node'));
    }).toThrow(/SANDPOST_SQLITE_BINDING/);
    checkRuntime('10', undefined);
    checkRuntime('9', PROGRAM);
  });
});
