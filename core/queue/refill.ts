/** Finds messages in the store: at start, when a deferred one is due, and when there is room again (qmgr_scan). */
import type { QueuedMessage } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { QueueStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

export interface Refill {
  start(): void;
  stop(): void;
  /** A message will be due then. */
  wakeAt(at: number): void;
  /** Something could not be taken: looks again when there is room, and before long in any case. */
  lookLater(): void;
  roomMade(): void;
  /** Looks now. Messages among `flushed` are tried whatever defer_transports says. */
  scan(flushed?: readonly QueueId[]): void;
}

/** Taken from the store at once, so that a long queue does not stall anything. */
const PAGE = 500;
/** With fewer active messages than this, more are taken at once: a look for each message that leaves would cost too much. */
const LOW_WATER = 1000;
/** Something due that cannot be taken is looked at again after this time. */
const AGAIN_MS = 1000;
const LATER_MS = 200;

export function createRefill(dependencies: {
  readonly store: Pick<QueueStore, 'due' | 'nextDueAt'>;
  readonly clock: Clock;
  readonly activeIds: () => ReadonlyMap<QueueId, unknown>;
  readonly activeLimit: () => number;
  readonly take: (message: QueuedMessage, isFlushed: boolean) => void;
}): Refill {
  const { store, clock, activeIds, activeLimit, take } = dependencies;
  const flushing = new Set<QueueId>();
  let isRunning = false;
  let hasMore = false;
  let timerAt = Infinity;
  let cancel: (() => void) | undefined;

  function wakeAt(at: number): void {
    if (!isRunning || at >= timerAt) return;
    cancel?.();
    timerAt = at;
    cancel = clock.schedule(at, () => {
      timerAt = Infinity;
      scan();
    });
  }

  function scan(flushed: readonly QueueId[] = []): void {
    for (const id of flushed) flushing.add(id);
    if (!isRunning) return;
    const room = Math.min(PAGE, activeLimit() - activeIds().size);
    if (room <= 0) {
      hasMore = true;
      return;
    }
    const now = clock.now();
    const found = store.due(now, room, new Set(activeIds().keys()));
    for (const message of found) take(message, flushing.delete(message.queueId));
    hasMore = found.length >= room;
    if (hasMore) {
      wakeAt(now + AGAIN_MS);
      return;
    }
    flushing.clear();
    const next = store.nextDueAt();
    if (next !== null) wakeAt(Math.max(next, now + AGAIN_MS));
  }

  return {
    start() {
      isRunning = true;
      scan();
    },
    stop() {
      isRunning = false;
      cancel?.();
    },
    wakeAt,
    lookLater() {
      hasMore = true;
      wakeAt(clock.now() + LATER_MS);
    },
    roomMade() {
      if (hasMore && activeIds().size <= Math.min(LOW_WATER, activeLimit() / 2)) scan();
    },
    scan,
  };
}
