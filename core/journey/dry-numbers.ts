import type { Submission } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';

/** What a message gets before it is stored. */
export type Numbers = Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;

/**
 * Numbers of messages that never exist: counted from 1 in each dry run, so that two runs of the same are alike. The
 * queue ids look like Postfix's and belong to no message, because none arrived at the beginning of time.
 */
export function createDryNumbers(arrivedAt: number): () => Numbers {
  let messageId = 0;
  return () => {
    messageId += 1;
    return { arrivedAt, messageId, queueId: makeQueueId(0, messageId, false) };
  };
}
