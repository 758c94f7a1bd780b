/**
 * SQLite behind the engine: one file, `sandpost.db`, in the data folder. `createStore` (open.ts) opens it.
 *
 * Reads run on the caller's thread over a read-only connection (WAL). Every write goes to a worker thread that owns
 * the only writable connection and commits whatever queued up while its last commit ran (group commit, no
 * timer, synchronous=FULL): a promise returned here resolves after the synced commit and not before.
 *
 * Failures: StoreFullError when the disk is full (nothing was written; later writes may succeed), StoreFutureError
 * for a database of a newer version, StoreCorruptError for a damaged one, StoreLockedError when another process has
 * the sandbox open, StoreRuntimeError where this Node cannot load SQLite.
 *
 * An operation that fails fails alone, whatever shared its transaction. Counts are kept beside what they count.
 */
import type { MessagePort } from 'node:worker_threads';
import type { JourneyEntry } from '../mail/journey.ts';
import type {
  HeaderSummary,
  MailboxDelivery,
  MessageContent,
  NewMessage,
  Outcome,
  QueuedMessage,
  QueueName,
} from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { DeskStore } from './desk-store.ts';
import type { MailStore, StoreChange } from './mail-store.ts';
import type { DnsStore, DraftStore, RefusalStore, RevisionStore } from './side-stores.ts';

export {
  SearchSyntaxError,
  StoreCorruptError,
  StoreFullError,
  StoreFutureError,
  StoreLockedError,
  StoreRuntimeError,
} from './errors.ts';
export type { DeskStore, SavedSearch, TagRule } from './desk-store.ts';
export { USUAL_KEEPING, type KeepingSettings } from './keeping.ts';
export type * from './mail-store.ts';
export type * from './side-stores.ts';

/** What one delivery attempt changed: all of it is stored in one transaction, or none. */
export interface Settlement {
  readonly queueId: QueueId;
  readonly messageId: number;
  readonly outcomes: readonly Outcome[];
  readonly mailboxDeliveries: readonly MailboxDelivery[];
  /** Messages that this one gave rise to: bounces, forwards. */
  readonly create: readonly NewMessage[];
  readonly journey: readonly JourneyEntry[];
  /** Recipients that need no further attempt. */
  readonly doneRecipients: readonly number[];
  /** Recipients to try again, with the answer that is shown meanwhile. */
  readonly deferredRecipients: readonly { readonly index: number; readonly reason: string }[];
  /** What becomes of the queue entry: `removed`, or the queue it goes to. Absent: it stays as it is. */
  readonly next?:
    | { readonly kind: 'removed' }
    | { readonly kind: 'deferred'; readonly nextAttemptAt: number }
    | { readonly kind: 'hold'; readonly reason: string };
  /** Bounced or delivered outcomes up to now are reported: do not return them in `unreported` again. */
  readonly reported?: boolean;
  readonly warnedAt?: number;
}

/** A queue entry that was deleted, as it was: enough to put it back. */
export type RemovedEntry = Pick<
  QueuedMessage,
  'queueId' | 'messageId' | 'nextAttemptAt' | 'holdReason' | 'attempts' | 'warnedAt' | 'forcedExpire'
> & { readonly queue: 'incoming' | 'deferred' | 'hold' };

export interface QueueCounts {
  readonly incoming: number;
  readonly deferred: number;
  readonly hold: number;
}

/** The queue as qmgr(8), showq(8) and postsuper(1) use it. `active` exists only in the queue manager's memory. */
export interface QueueStore {
  /** The number of the next message: unique for ever in this sandbox. No I/O. */
  allocate(): number;
  /** Stores new messages; resolves once they are on disk. */
  accept(messages: readonly NewMessage[]): Promise<void>;
  settle(settlement: Settlement): Promise<void>;
  /** Messages that are due, oldest first: all of incoming, and deferred ones whose time has come. */
  due(now: number, limit: number, excluding: ReadonlySet<QueueId>): readonly QueuedMessage[];
  /** When the next deferred message is due (ms since the epoch); null when none is deferred. */
  nextDueAt(): number | null;
  load(queueId: QueueId): QueuedMessage | undefined;
  list(options: {
    readonly queue?: QueueName;
    readonly limit: number;
    readonly after?: QueueId;
  }): readonly QueuedMessage[];
  counts(): QueueCounts;
  /** Outcomes not told to anyone yet (failures for the bounce, successes asked for by NOTIFY). */
  unreported(messageId: number): readonly Outcome[];
  /** Moves between hold, incoming and deferred; `ALL` or ids. Answers those that moved. */
  move(
    ids: readonly QueueId[] | 'ALL',
    to: 'hold' | 'deferred' | 'incoming',
    options?: {
      readonly from?: QueueName;
      readonly reason?: string;
      readonly nextAttemptAt?: number;
      /** Added to the journey of each. */
      readonly journey?: readonly JourneyEntry[];
    },
  ): Promise<readonly QueueId[]>;
  /** Deletes queue entries (postsuper -d): recipients still waiting are marked as deleted; what was delivered stays. */
  remove(
    ids: readonly QueueId[] | 'ALL',
    options?: { readonly from?: QueueName; readonly journey?: readonly JourneyEntry[] },
  ): Promise<readonly QueueId[]>;
  /** Undoes `remove`, unless the message was deleted for good meanwhile. Answers those that are in the queue again. */
  putBack(entries: readonly RemovedEntry[]): Promise<readonly QueueId[]>;
  /** Marks them as expired by force (postsuper -e): returned to the sender at the next attempt. */
  expire(
    ids: readonly QueueId[] | 'ALL',
    options?: { readonly from?: QueueName },
  ): Promise<readonly QueueId[]>;
  /** Makes them due now (postqueue -f, -i). */
  makeDue(ids: readonly QueueId[] | 'ALL', now: number): Promise<readonly QueueId[]>;
  /** Stored content of a message; undefined when it is gone. */
  content(messageId: number): MessageContent | undefined;
  /** The header after cleanup: cheap, however large the message. */
  header(messageId: number): Uint8Array | undefined;
}

export type { HeaderSummary, NewMessage };

/** One entry of an indexed lookup table. */
export interface CompiledEntry {
  readonly key: string;
  readonly value: string;
  /** Line of the source file where the entry begins; absent for entries made by hand (`postmap -i`). */
  readonly line?: number;
}

/** A lookup table as postmap(1), postalias(1) or newaliases(1) last built it. A rebuilt one is a new object. */
export interface CompiledTable {
  /** Modification time of the source when it was built, ms since the epoch; null when it had none. */
  readonly sourceModifiedAt: number | null;
  /** When it was built, ms since the epoch: the database file's modification time in Postfix. */
  readonly builtAt: number;
  lookup(key: string): CompiledEntry | undefined;
  /** All entries in the order of their keys' bytes. */
  entries(): Iterable<CompiledEntry>;
}

/** The indexed tables (hash, btree, lmdb, cdb, dbm, sdbm): type and absolute source path are the identity. */
export interface CompiledTables {
  open(path: string, type: string): CompiledTable | undefined;
  /** Replaces the whole table in one transaction; resolves once it is on disk. */
  replace(
    path: string,
    type: string,
    entries: readonly CompiledEntry[],
    sourceModifiedAt: number | null,
  ): Promise<void>;
  /** A number that changes with every `replace`, also one by another process. Cheap. */
  version(): number;
}

/** A user of the sandbox (not of the machine). */
export interface SandboxUser {
  readonly name: string;
  /** A real folder; .forward lives there. */
  readonly home: string;
}

export interface UserStore {
  list(): readonly SandboxUser[];
  /** Synchronous, from memory; without regard to case. */
  find(name: string): SandboxUser | undefined;
  add(name: string): Promise<SandboxUser>;
  remove(name: string): Promise<boolean>;
}

/** What the store's own queue can tell beyond what the queue manager needs. */
export interface StoredQueue extends QueueStore {
  /** Stores messages that are in their mailboxes already: the queue never sees them. All or none. */
  file(mails: readonly { readonly message: NewMessage; readonly settlement: Settlement }[]): Promise<void>;
  /** The last answer for each recipient that is to be tried again: what a delay warning tells. */
  deferredOutcomes(messageId: number): readonly Outcome[];
  /** How many recipients bounced since then (ms since the epoch). */
  bouncedSince(at: number): number;
}

/** Where the indexer (core/message) reads what is new and hands in what it found. */
export interface IndexFeed {
  /** Connects one indexer: the database's file, and the port on which the writer hands out work. */
  connect(): { readonly file: string; readonly port: MessagePort };
}

/** One open sandbox's data. */
export interface Store {
  readonly queue: StoredQueue;
  readonly mail: MailStore;
  readonly refusals: RefusalStore;
  readonly users: UserStore;
  readonly compiled: CompiledTables;
  readonly revisions: RevisionStore;
  readonly dns: DnsStore;
  readonly desk: DeskStore;
  readonly drafts: DraftStore;
  readonly indexing: IndexFeed;
  /** Calls the listener after each commit with what it changed; returns what ends that. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Commits what is under way, and gives the data folder back. */
  close(): Promise<void>;
}
