/** What this folder's tests share. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../util/clock.ts';
import { openWritable, type Connection } from './database.ts';
import { migrate } from './migrate.ts';
import { createStore } from './open.ts';
import { ARRIVED } from './sample.ts';
import type { Store, StoreChange } from './store.ts';

export const silent = () => ({
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
});

/** Stands still. */
export const stillClock: Clock = { now: () => ARRIVED, schedule: () => () => undefined };

/** In memory where that exists: these tests are about what is stored, not about the disk. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(parent, 'sandpost-store-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function openStore(dataDir = temporaryFolder()): Promise<Store> {
  return createStore({ dataDir, log: silent, clock: stillClock });
}

/** A database with the current schema (or an older one), without threads. */
export function openSchema(upTo?: number): Connection {
  const db = openWritable(path.join(temporaryFolder(), 'sandpost.db'));
  migrate(db, upTo);
  return db;
}

/** The next change for which `isWanted` holds. */
export function nextChange(
  store: Store,
  isWanted: (change: StoreChange) => boolean = () => true,
): Promise<StoreChange> {
  return new Promise((resolve) => {
    const stop = store.onChange((change) => {
      if (!isWanted(change)) return;
      stop();
      resolve(change);
    });
  });
}
