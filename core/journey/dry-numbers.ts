import type { Submission } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';

/** Number, queue id and time of a message that never exists. */
export function dryNumbers(clock: Clock): Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'> {
  const arrivedAt = clock.now();
  return { arrivedAt, messageId: 0, queueId: makeQueueId(arrivedAt, 0, false) };
}
