/** The queue as postqueue(1), postsuper(1) and postcat(1) need it: qmgr with the store's queue. */
import type { QueueAction, QueueEntry, QueueFolder, QueueRecipient } from '../contract/queue.ts';

interface QueueCountsNow {
  readonly incoming: number;
  readonly active: number;
  readonly deferred: number;
  readonly hold: number;
}

export interface QueueMinute {
  /** When it began, ms since the epoch. */
  readonly at: number;
  readonly in: number;
  readonly out: number;
  readonly deferred: number;
  readonly bounced: number;
}

export interface Acted {
  readonly changed: readonly string[];
  /** What `undo` takes it back by. */
  readonly undo?: string;
}

export interface QueueArea {
  /** In showq(8)'s order: maildrop, active, incoming, deferred, hold; oldest first. */
  list(query: {
    readonly queue?: QueueFolder | undefined;
    /** Part of a queue id, an address, a subject or a reason. */
    readonly search?: string | undefined;
    readonly limit: number;
  }): Promise<readonly QueueEntry[]>;
  counts(): Promise<QueueCountsNow>;
  bouncedToday(): Promise<number>;
  /** Answers the queue ids that it applied to; ids that are not there are left out. */
  act(order: {
    readonly action: QueueAction;
    readonly ids: readonly string[] | 'ALL';
    readonly queue?: QueueFolder | undefined;
    /** flush by destination (postqueue -s). */
    readonly site?: string | undefined;
    /** schedule: when, ms since the epoch. */
    readonly at?: number | undefined;
  }): Promise<Acted>;
  /** Takes a deletion back. */
  undo(undo: string): Promise<readonly string[]>;
  /** What each recipient was answered last; undefined when there is no such message in the queue. */
  recipients(queueId: string): Promise<readonly QueueRecipient[] | undefined>;
  /** By the minute, oldest first. */
  history(): readonly QueueMinute[];
  /** The queue file as postcat(1) prints it; undefined when there is none. */
  cat(
    queueId: string,
    what: { readonly envelope: boolean; readonly header: boolean; readonly body: boolean },
  ): Promise<string | undefined>;
  /** Lines of the mail log that name this queue id, oldest first. */
  log(queueId: string): Promise<readonly string[]>;
}
