/**
 * Numbers that lists show, kept beside what they count. Changes are collected while a transaction runs and written
 * once before it commits, so that a hundred messages cost one row update a counter.
 */
import type { Connection } from '../database.ts';
import type { Filed } from './filing.ts';
import { createFolderCounts, type FolderCounts } from './folder-counts.ts';

export type CounterName =
  | 'messages'
  | 'bytes'
  | 'kept'
  | 'unread'
  | 'undeliverable'
  | 'bin'
  | 'table_version'
  | 'refusals'
  | `queue:${'incoming' | 'deferred' | 'hold'}`;

/** What of a message decides where it counts. */
export interface Flags {
  readonly isRead: boolean;
  readonly isUndeliverable: boolean;
  readonly isDeleted: boolean;
}

export interface Counters {
  readonly folders: Pick<FolderCounts, 'id' | 'add'>;
  add(name: CounterName, change: number): void;
  /** The largest message number that was ever used. */
  reach(messageId: number): void;
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
    nextSeq: () => ++seq,
    reflag(before, after, filed) {
      add('kept', kept(after) - kept(before));
      add('unread', unread(after) - unread(before));
      add('undeliverable', undeliverable(after) - undeliverable(before));
      add('bin', binned(after) - binned(before));
      const total = kept(after) - kept(before);
      const change = { total, unread: unread(after) - unread(before) };
      for (const { folder_id, bytes } of filed) folders.add(folder_id, { ...change, bytes: total * bytes });
    },
    flush() {
      for (const [name, change] of changes) if (change !== 0) addCounter.run(name, change);
      folders.flush();
      if (reached > 0) reachCounter.run('last_id', reached);
      if (seq > writtenSeq) reachCounter.run('seq', seq);
      writtenSeq = seq;
      changes.clear();
      reached = 0;
    },
    forget() {
      changes.clear();
      folders.forget();
      reached = 0;
      // The row that was rolled back may have been the one that said so.
      writtenSeq = 0;
    },
  };
}
