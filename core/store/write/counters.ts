/**
 * Numbers that lists show, kept beside what they count. Changes are collected while a transaction runs and written
 * once before it commits, so that a hundred messages cost one row update a counter.
 */
import type { Connection } from '../database.ts';

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

export type FolderKind = 'mailbox' | 'alias';

/** What of a message decides where it counts. */
export interface Flags {
  readonly isRead: boolean;
  readonly isUndeliverable: boolean;
  readonly isDeleted: boolean;
}

export interface Counters {
  add(name: CounterName, change: number): void;
  /** The largest message number that was ever used. */
  reach(messageId: number): void;
  /** Orders rows of one message (outcomes, journey): grows for ever, so that none need be looked for. */
  nextSeq(): number;
  folderId(kind: FolderKind, name: string): number;
  addToFolder(folderId: number, total: number, unread: number): void;
  /** Moves one message between the counts of lists and of its folders; `null` is "not there". */
  reflag(before: Flags | null, after: Flags | null, folderIds: readonly number[]): void;
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
  const addFolder = db.prepare('UPDATE folder SET total = total + ?, unread = unread + ? WHERE id = ?');
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();
  const makeFolder = db.prepare('INSERT INTO folder (kind, name) VALUES (?, ?)');

  const changes = new Map<CounterName, number>();
  const folderChanges = new Map<number, { total: number; unread: number }>();
  const folderIds = new Map<string, number>();
  let reached = 0;
  let seq = (readSeq.get() as number | undefined) ?? 0;
  let writtenSeq = seq;

  const counters: Counters = {
    add(name, change) {
      if (change !== 0) changes.set(name, (changes.get(name) ?? 0) + change);
    },
    reach(messageId) {
      if (messageId > reached) reached = messageId;
    },
    nextSeq: () => ++seq,
    folderId(kind, name) {
      const key = `${kind}:${name}`;
      const known = folderIds.get(key);
      if (known !== undefined) return known;
      const found = findFolder.get(kind, name) as number | undefined;
      const id = found ?? Number(makeFolder.run(kind, name).lastInsertRowid);
      folderIds.set(key, id);
      return id;
    },
    addToFolder(folderId, total, unreadChange) {
      const change = folderChanges.get(folderId) ?? { total: 0, unread: 0 };
      change.total += total;
      change.unread += unreadChange;
      folderChanges.set(folderId, change);
    },
    reflag(before, after, folders) {
      counters.add('kept', kept(after) - kept(before));
      counters.add('unread', unread(after) - unread(before));
      counters.add('undeliverable', undeliverable(after) - undeliverable(before));
      counters.add('bin', binned(after) - binned(before));
      for (const folder of folders) {
        counters.addToFolder(folder, kept(after) - kept(before), unread(after) - unread(before));
      }
    },
    flush() {
      for (const [name, change] of changes) if (change !== 0) addCounter.run(name, change);
      for (const [id, change] of folderChanges) {
        if (change.total !== 0 || change.unread !== 0) addFolder.run(change.total, change.unread, id);
      }
      if (reached > 0) reachCounter.run('last_id', reached);
      if (seq > writtenSeq) reachCounter.run('seq', seq);
      writtenSeq = seq;
      changes.clear();
      folderChanges.clear();
      reached = 0;
    },
    forget() {
      changes.clear();
      folderChanges.clear();
      folderIds.clear();
      reached = 0;
      // The rolled-back row may have been the one that said so.
      writtenSeq = 0;
    },
  };
  return counters;
}
