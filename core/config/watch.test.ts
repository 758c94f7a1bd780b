import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../util/clock.ts';
import { watchConfig } from './watch.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs what is scheduled when told to; resolves `scheduled` each time something is. */
function manualClock() {
  let due: (() => void) | undefined;
  let tell = () => {};
  const clock: Clock = {
    now: () => 0,
    schedule: (_at, run) => {
      due = run;
      tell();
      return () => {
        due = undefined;
      };
    },
  };
  const scheduled = () =>
    new Promise<void>((resolve) => {
      tell = resolve;
    });
  return { clock, scheduled, run: () => due?.() };
}

describe('watching the folder', () => {
  it('reports the changed files once it is quiet', async () => {
    const { clock, scheduled, run } = manualClock();
    const reports: (readonly string[])[] = [];
    const watch = watchConfig({ directory: folder, clock, onChange: (files) => reports.push(files) });
    const first = scheduled();
    writeFileSync(join(folder, '.main.cf.swp'), '');
    writeFileSync(join(folder, 'main.cf'), 'a = 1\n');
    await first;
    expect(reports).toEqual([]);
    run();
    expect(reports).toEqual([['main.cf']]);
    watch.close();
  });

  it('is silent after it was closed', async () => {
    const { clock, scheduled, run } = manualClock();
    const reports: (readonly string[])[] = [];
    const watch = watchConfig({ directory: folder, clock, onChange: (files) => reports.push(files) });
    const first = scheduled();
    writeFileSync(join(folder, 'aliases'), 'root: you\n');
    await first;
    watch.close();
    run();
    expect(reports).toEqual([]);
  });
});
