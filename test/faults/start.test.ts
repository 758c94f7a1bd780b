/** A start that fails, and a stop in the middle of one, end in good order: threads that are just loading SQLite included. */
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFolders, runSandpost, startSandbox, useFreePorts } from '../support/sandbox-process.ts';

const ROUNDS = 10;
const ROUND_TIMEOUT_MS = 30_000;
/** Not done. */
const NOT_DONE = 1;

const folders = createFolders();
const taken = net.createServer();
afterAll(() => {
  taken.close();
  folders.remove();
});

test(`${ROUNDS} stops right after the start end with 0`, { timeout: ROUNDS * ROUND_TIMEOUT_MS }, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const sandbox = await startSandbox(folders, { http: 'off' });
    expect(await sandbox.stop()).toBe(0);
  }
});

test(
  `${ROUNDS} starts with a port that is taken end with ${NOT_DONE} and say so`,
  { timeout: ROUNDS * ROUND_TIMEOUT_MS },
  async () => {
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    await useFreePorts(folders);
    appendFileSync(path.join(folders.configDir, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n`);
    for (let round = 0; round < ROUNDS; round++) {
      const { exit, stderr } = await runSandpost(folders, ['serve', '--http', 'off']);
      expect(stderr).toContain(`port ${port} is taken`);
      expect(exit).toBe(NOT_DONE);
    }
  },
);
