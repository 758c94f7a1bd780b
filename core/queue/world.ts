/** What the queue manager is given by whoever puts the engine together. */
import type { AddressResolver } from '../address/resolution.ts';
import type { Bounce } from '../bounce/bounce.ts';
import type { Config } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { DeliveryAgent, NewMessage, Outcome, Submission } from '../mail/message.ts';
import type { QueueStore, StoredQueue } from '../store/store.ts';
import type { Maybe } from '../tables/maybe.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';

/** cleanup(8), as far as the queue needs it. */
export interface QueueCleanup {
  prepare(submission: Submission): Maybe<
    | {
        readonly kind: 'queued';
        readonly message: NewMessage;
        /** Virtual aliases whose sender wants to hear of success: reported with the first attempt. */
        readonly expanded?: readonly Outcome[];
      }
    | { readonly kind: 'discarded'; readonly reason: string; readonly journey: readonly JourneyEntry[] }
    | {
        readonly kind: 'refused';
        readonly failure: 'soft' | 'hard';
        readonly dsn: string;
        readonly reason: string;
        /** Recipients and content as far as they got, for the bounce. */
        readonly message?: NewMessage;
      }
  >;
}

/** Everything that follows from one state of the configuration. A reload gives another. */
export interface QmgrWorld {
  readonly config: Config;
  readonly resolver: AddressResolver;
  readonly bounce: Bounce;
  readonly cleanup: QueueCleanup;
  readonly agents: (transport: string) => DeliveryAgent | undefined;
}

/** What became different on disk, told after each commit: listeners must be cheap. */
export interface QueueChange {
  /** Messages whose recipients' fates or place in the queue changed. */
  readonly changed: readonly number[];
  /** Messages that the queue manager made: notices, forwards. */
  readonly arrived: readonly number[];
  /** What an attempt came to; none where nothing was tried. */
  readonly outcomes?: readonly Outcome[];
}

export interface QmgrDependencies {
  readonly store: QueueStore & Pick<StoredQueue, 'deferredOutcomes'>;
  readonly world: () => QmgrWorld;
  readonly intake: { allocate(): Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'> };
  readonly log: LogFactory;
  readonly clock: Clock;
  readonly onChange: (change: QueueChange) => void;
  /** Accepting mail needs the time: deliveries are to go on with a small share of it. */
  readonly isPressed: () => boolean;
}
