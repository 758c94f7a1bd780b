/** Stores settlements, and goes on trying while the store cannot write. */
import { StoreFullError, type QueueStore, type Settlement } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';

export interface Committer {
  /** true: it is on disk. false: given up because the engine stops; the store has the message as it was. */
  commit(settlement: Settlement): Promise<boolean>;
  /** Ends all waiting: what cannot be stored now is given up. */
  stop(): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

function textOf(error: unknown): string {
  if (error instanceof StoreFullError) return 'No space left on device';
  return error instanceof Error ? error.message : String(error);
}

export function createCommitter(dependencies: {
  readonly store: Pick<QueueStore, 'settle'>;
  readonly clock: Clock;
  readonly log: LogFactory;
}): Committer {
  const { store, clock, log } = dependencies;
  const waiting = new Set<() => void>();
  let isStopping = false;

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(clock.now() + milliseconds, () => {
        waiting.delete(stop);
        resolve();
      });
      const stop = () => {
        cancel();
        resolve();
      };
      waiting.add(stop);
    });

  return {
    async commit(settlement) {
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
        try {
          await store.settle(settlement);
          return true;
        } catch (error) {
          const { queueId } = settlement;
          log('qmgr').warning(`${queueId}: queue file write error: ${textOf(error)}; trying again later`);
        }
        if (isStopping) return false;
        await wait(waitMs);
      }
    },
    stop() {
      isStopping = true;
      for (const end of waiting) end();
      waiting.clear();
    },
  };
}
