/** cleanup(8) and the store as one step: resolves when the message is on disk, then tells the queue manager. */
import type { Cleanup, Intake } from '../cleanup/outcome.ts';
import type { Config } from '../config/config.ts';
import type { NewMessage, Outcome } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import { StoreFullError, type QueueStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

export interface IntakeDependencies {
  readonly store: Pick<QueueStore, 'allocate' | 'accept'>;
  readonly world: () => { readonly config: Config; readonly cleanup: Cleanup };
  readonly clock: Clock;
  /** Called with what is on disk now, and the aliases in it whose expansion the sender wants to hear of. */
  readonly onAccepted: (message: NewMessage, expanded: readonly Outcome[]) => void;
  /** The disk is full: nothing was stored. */
  readonly onFull: () => void;
}

export function createIntake({ store, world, clock, onAccepted, onFull }: IntakeDependencies): Intake {
  return {
    allocate() {
      const messageId = store.allocate();
      const arrivedAt = clock.now();
      const isLong = world().config.boolean('enable_long_queue_ids');
      return { messageId, arrivedAt, queueId: makeQueueId(arrivedAt, messageId, isLong) };
    },
    async submit(submission) {
      const outcome = await world().cleanup.prepare(submission);
      if (outcome.kind !== 'queued') return outcome;
      try {
        await store.accept([outcome.message]);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const full = error instanceof StoreFullError;
        if (full) onFull();
        return { kind: 'storage-failed', full, reason };
      }
      onAccepted(outcome.message, outcome.expanded ?? []);
      return outcome;
    },
  };
}
