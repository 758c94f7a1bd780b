import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { submitInput } from '../api/contract/mail.ts';
import { createMaildrop } from '../api/maildrop.ts';
import { createBounce } from '../bounce/bounce.ts';
import type { Intake } from '../cleanup/outcome.ts';
import { defaultFiles } from '../config/defaults.ts';
import { loadConfig } from '../config/load.ts';
import type { Submission } from '../mail/message.ts';
import { makeQueueId, type QueueId } from '../mail/queue-id.ts';
import { createClock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import { createPickup } from './pickup.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'sandpost-pickup-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

/** Starts a pickup over the maildrop; answers what it handed to the intake once the maildrop is empty. */
async function pickUp(stored: ReadonlySet<QueueId>): Promise<readonly Submission[]> {
  const clock = createClock();
  const log = () => SILENT;
  const config = loadConfig(dataDir, { files: defaultFiles({ loginUser: 'you' }) });
  const submitted: Submission[] = [];
  const intake: Intake = {
    // The numbers begin again after a crash: 1 may be another message's by now.
    allocate: () => ({ messageId: 1, arrivedAt: clock.now(), queueId: makeQueueId(clock.now(), 1, false) }),
    submit(submission) {
      submitted.push(submission);
      return Promise.resolve({ kind: 'discarded', reason: '', journey: [] });
    },
  };
  const pickup = createPickup({
    dataDir,
    intake,
    world: () => ({ config, bounce: createBounce({ config, log, clock }) }),
    isStored: (queueId) => stored.has(queueId),
    clock,
    log,
  });
  pickup.start();
  await expect.poll(() => createMaildrop(dataDir).list()).toEqual([]);
  pickup.stop();
  return submitted;
}

const input = submitInput.parse({ sender: 'a', recipients: ['root'], rawBase64: 'aGVsbG8K' });
const first = makeQueueId(1000, 11, false);
const second = makeQueueId(2000, 12, false);

it('takes up what waits, oldest first, under the queue ids it had', async () => {
  const maildrop = createMaildrop(dataDir);
  maildrop.put({ queueId: second, arrivedAt: 2000, input });
  maildrop.put({ queueId: first, arrivedAt: 1000, input });
  const taken = await pickUp(new Set());
  expect(taken.map(({ queueId, arrivedAt }) => [queueId, arrivedAt])).toEqual([
    [first, 1000],
    [second, 2000],
  ]);
});

it('after a crash removes what is stored, and only that', async () => {
  const maildrop = createMaildrop(dataDir);
  maildrop.put({ queueId: first, arrivedAt: 1000, input });
  maildrop.put({ queueId: second, arrivedAt: 2000, input });
  const taken = await pickUp(new Set([first]));
  expect(taken.map(({ queueId }) => queueId)).toEqual([second]);
});
