/** What this folder's tests share. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NewMessage } from '../mail/message.ts';
import type { Clock } from '../util/clock.ts';
import { openWritable, type Connection } from './database.ts';
import { migrate } from './migrate.ts';
import { createStore } from './open.ts';
import { SAME_THREAD } from './same-thread.ts';
import { ARRIVED } from './sample.ts';
import type { Settlement, Store, StoreChange } from './store.ts';
import {
  createBaggageReader,
  emptyBaggage,
  packBytes,
  packMessage,
  packSettlement,
  type Baggage,
  type Operation,
  type BaggageReader,
} from './wire.ts';

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

/** A store whose writer and search share this thread. */
export function openStore(dataDir = temporaryFolder()): Promise<Store> {
  return createStore({
    dataDir,
    log: silent,
    clock: stillClock,
    threads: SAME_THREAD,
  });
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

/** An operation and its baggage, as they come out at the writer's end of the wire. */
export type PackedOperation = readonly [Operation, BaggageReader];

function overTheWire(operation: Operation, baggage: Baggage): PackedOperation {
  const { texts } = baggage;
  const sent = JSON.parse(JSON.stringify(operation)) as Operation;
  return [sent, createBaggageReader({ bytes: packBytes(baggage.bytes), texts })];
}

export function acceptOperation(message: NewMessage): PackedOperation {
  const baggage = emptyBaggage();
  return overTheWire({ name: 'accept', body: { messages: [packMessage(message, baggage)] } }, baggage);
}

export function settleOperation(settlement: Settlement): PackedOperation {
  const baggage = emptyBaggage();
  return overTheWire({ name: 'settle', body: { settlement: packSettlement(settlement, baggage) } }, baggage);
}

const carriesNothing = () => {
  throw new Error('carries nothing');
};
/** For operations that are all words. */
export const NO_BAGGAGE: BaggageReader = {
  bytes: carriesNothing,
  message: carriesNothing,
  settlement: carriesNothing,
};
