/**
 * Numbers that lists show, kept beside what they count. Changes are collected while a transaction runs and written
 * once before it commits, so that a hundred messages cost one row update a counter.
 */
import type { Connection } from '../database.ts';
import type { Filed } from './filing.ts';
import { createFolderCounts, type FolderCounts } from './folder-counts.ts';

export const HOUR_MS = 3_600_000;

export type CounterName =
  | 'messages'
  | 'bytes'
  | 'kept'
  | 'unread'
  | 'starred'
  | 'undeliverable'
  | 'bin'
  | 'table_version'
  | 'refusals'
  | `queue:${'incoming' | 'deferred' | 'hold'}`;

/** What of a message decides where it counts. */
export interface Flags {
  readonly isRead: boolean;
  readonly isStarred: boolean;
  readonly isUndeliverable: boolean;
  readonly isDeleted: boolean;
}

export interface Counters {
  readonly folders: Pick<FolderCounts, 'id' | 'add' | 'forgetNames'>;
  add(name: CounterName, change: number): void;
  /** The largest message number that was ever used. */
  reach(messageId: number): void;
  /** Messages arrive in the order of their numbers, but for a clock that was set back. `at` in ms since the epoch. */
  arrived(messageId: number, at: number): void;
  /** Orders rows of one message (outcomes, journey): grows for ever, so that none need be looked for. */
  nextSeq(): number;
  /** Moves one message between the counts of lists and of its folders; `null` is "not there". */
  reflag(before: Flags | null, after: Flags | null, folders: readonly Filed[]): void;
  /** Writes what was collected; call it before the commit. */
  flush(): void;
  /** Forgets what was collected; call it after a rollback. */
  forget(): void;
}

const one = (is: boolean) => (is ? 1 : 0);
const kept = (flags: Flags | null) => one(flags !== null && !flags.isDeleted);
const unread = (flags: Flags | null) => one(flags !== null && !flags.isDeleted && !flags.isRead);
const starred = (flags: Flags | null) => one(flags !== null && !flags.isDeleted && flags.isStarred);
const undeliverable = (flags: Flags | null) =>
  one(flags !== null && !flags.isDeleted && flags.isUndeliverable);
const binned = (flags: Flags | null) => one(flags?.isDeleted === true);

export function createCounters(db: Connection): Counters {
  const addCounter = db.prepare(
    'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
  );
  const reachCounter = db.prepare(
    'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)',
  );
  const readSeq = db.prepare("SELECT value FROM counter WHERE name = 'seq'").pluck();
  const widenHour = db.prepare(
    `INSERT INTO arrival (hour, first_id, last_id) VALUES (?, ?, ?) ON CONFLICT (hour) DO UPDATE
       SET first_id = min(first_id, excluded.first_id), last_id = max(last_id, excluded.last_id)`,
  );
  const hours = new Map<number, { readonly first: number; readonly last: number }>();
  const folders = createFolderCounts(db);
  const changes = new Map<CounterName, number>();
  let reached = 0;
  let seq = (readSeq.get() as number | undefined) ?? 0;
  let writtenSeq = seq;

  const add = (name: CounterName, change: number) => {
    if (change !== 0) changes.set(name, (changes.get(name) ?? 0) + change);
  };
  return {
    folders,
    add,
    reach(messageId) {
      if (messageId > reached) reached = messageId;
    },
    arrived(messageId, at) {
      const hour = Math.floor(at / HOUR_MS);
      const { first, last } = hours.get(hour) ?? { first: messageId, last: messageId };
      hours.set(hour, { first: Math.min(first, messageId), last: Math.max(last, messageId) });
    },
    nextSeq: () => ++seq,
    reflag(before, after, filed) {
      add('kept', kept(after) - kept(before));
      add('unread', unread(after) - unread(before));
      add('starred', starred(after) - starred(before));
      add('undeliverable', undeliverable(after) - undeliverable(before));
      add('bin', binned(after) - binned(before));
      const total = kept(after) - kept(before);
      const change = { total, unread: unread(after) - unread(before) };
      for (const { folder_id, bytes } of filed) folders.add(folder_id, { ...change, bytes: total * bytes });
    },
    flush() {
      for (const [name, change] of changes) if (change !== 0) addCounter.run(name, change);
      for (const [hour, { first, last }] of hours) widenHour.run(hour, first, last);
      hours.clear();
      folders.flush();
      if (reached > 0) reachCounter.run('last_id', reached);
      if (seq > writtenSeq) reachCounter.run('seq', seq);
      writtenSeq = seq;
      changes.clear();
      reached = 0;
    },
    forget() {
      changes.clear();
      hours.clear();
      folders.forget();
      reached = 0;
      // The row that was rolled back may have been the one that said so.
      writtenSeq = 0;
    },
  };
}
