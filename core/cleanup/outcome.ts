/** What cleanup(8) decided about one submission. */
import type { JourneyEntry } from '../mail/journey.ts';
import type { DsnCode } from '../mail/dsn.ts';
import type { NewMessage, Outcome, Submission } from '../mail/message.ts';
import type { Reply } from '../mail/reply.ts';
import type { Maybe } from '../tables/maybe.ts';

export type CleanupOutcome =
  | {
      readonly kind: 'queued';
      readonly message: NewMessage;
      /** Virtual aliases whose sender asked for NOTIFY=SUCCESS: to be reported as expanded. */
      readonly expanded?: readonly Outcome[];
    }
  /** Accepted and thrown away (DISCARD): answered 250, not queued. */
  | { readonly kind: 'discarded'; readonly reason: string; readonly journey: readonly JourneyEntry[] }
  /** Refused: what smtpd answers at the end of DATA, and what local submission bounces with. */
  | {
      readonly kind: 'refused';
      readonly reply: Reply;
      /** 'soft': local submission keeps it and tries again; 'hard': local submission bounces it. */
      readonly failure: 'soft' | 'hard';
      /** Which of notify_classes this is, for the postmaster's transcript. */
      readonly errorClass: 'policy' | 'software' | 'resource' | 'bounce';
      /** What a bounce says; `reason` is without the code. */
      readonly dsn: DsnCode;
      readonly reason: string;
      /** What local submission, forwarding and requeueing bounce: recipients and content as far as they got. */
      readonly message?: NewMessage;
      readonly journey: readonly JourneyEntry[];
    };

export interface Cleanup {
  /** Completes one message. Decides only: nothing is stored. Writes the log lines `message-id=` and the checks'. */
  prepare(submission: Submission): Maybe<CleanupOutcome>;
}

/** Prepares and stores: resolves when the message is on disk (committed and synced), or says why not. */
export interface Intake {
  submit(
    submission: Submission,
  ): Promise<
    CleanupOutcome | { readonly kind: 'storage-failed'; readonly full: boolean; readonly reason: string }
  >;
  /** The next message's number and queue id. */
  allocate(): Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
}
