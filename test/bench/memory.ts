/** Resident memory of `sandpost serve` while 100,000 messages come in: it must be flat. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sandpost } from './peers.ts';

const run = promisify(execFile);
const STEPS = 10;
const MESSAGES_PER_STEP = 10_000;

export async function memory(): Promise<void> {
  const peer = await sandpost();
  process.stdout.write('\nResident memory, 2 KB messages over 10 connections\n');
  try {
    for (let step = 1; step <= STEPS; step++) {
      const program = path.join(import.meta.dirname, 'load.ts');
      const words = [peer.port, 10, MESSAGES_PER_STEP, 2048, peer.recipient, 'keep'].map(String);
      await run(process.execPath, [program, ...words]);
      while (((await peer.queued()) ?? 0) > 0) await delay(50);
      process.stdout.write(
        `  ${String(step * MESSAGES_PER_STEP).padStart(7)} messages   ${peer.residentMb() ?? 0} MB\n`,
      );
    }
  } finally {
    await peer.stop();
  }
}

if (process.argv[1] === import.meta.filename) await memory();
