/** What cleanup(8) decided about one submission. */
import type { JourneyEntry } from '../mail/journey.ts';
import type { NewMessage, Submission } from '../mail/message.ts';
import type { Reply } from '../mail/reply.ts';

export type CleanupOutcome =
  | { readonly kind: 'queued'; readonly message: NewMessage }
  /** Accepted and thrown away (DISCARD): answered 250, not queued. */
  | { readonly kind: 'discarded'; readonly reason: string; readonly journey: readonly JourneyEntry[] }
  /** Refused: what smtpd answers at the end of DATA, and what local submission bounces with. */
  | {
      readonly kind: 'refused';
      readonly reply: Reply;
      /** 'soft': local submission keeps it and tries again; 'hard': local submission bounces it. */
      readonly failure: 'soft' | 'hard';
      readonly journey: readonly JourneyEntry[];
    };

export interface Cleanup {
  /** Completes one message. Decides only: nothing is stored. Writes the log lines `message-id=` and the checks'. */
  prepare(submission: Submission): Promise<CleanupOutcome>;
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
