/** Which entries of the queue a search finds. Pure. */
import type { QueueEntry } from './contract/queue.ts';

/** Part of a queue id, an address, the subject, a reason; without regard to case. '' finds everything. */
export function createQueueSearch(search: string): (entry: QueueEntry) => boolean {
  const word = search.trim().toLowerCase();
  if (word === '') return () => true;
  const has = (text: string) => text.toLowerCase().includes(word);
  return ({ queueId, queue, sender, subject, holdReason, recipients }) =>
    [queueId, queue, sender, subject, holdReason].some(has) ||
    recipients.some(({ address, originalAddress, reason }) => [address, originalAddress, reason].some(has));
}
