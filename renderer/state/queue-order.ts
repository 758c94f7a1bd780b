/** The rows of the queue in the order that a person chose. Pure. */
import type { QueueEntry } from '../../core/api/contract/queue.ts';

export type QueueColumn =
  'queueId' | 'queue' | 'arrivedAt' | 'size' | 'sender' | 'recipient' | 'reason' | 'next';

export interface QueueOrder {
  readonly column: QueueColumn;
  readonly isDescending: boolean;
}

/** As the server lists them, Postfix's order: nothing is sorted. */
export const POSTFIX_ORDER: QueueOrder | undefined = undefined;

const firstReason = ({ recipients, holdReason }: QueueEntry) =>
  holdReason || (recipients.find(({ reason }) => reason !== '')?.reason ?? '');

/** What is being delivered comes before what waits, what is held after it. */
function nextOf({ queue, nextAttemptAt }: QueueEntry): number {
  if (queue === 'hold') return Infinity;
  return queue === 'deferred' ? (nextAttemptAt ?? 0) : 0;
}

const KEYS: Readonly<Record<QueueColumn, (entry: QueueEntry) => string | number>> = {
  queueId: (entry) => entry.queueId,
  queue: (entry) => entry.queue,
  arrivedAt: (entry) => entry.arrivedAt,
  size: (entry) => entry.size,
  sender: (entry) => entry.sender.toLowerCase(),
  recipient: (entry) => entry.recipients[0]?.address.toLowerCase() ?? '',
  reason: firstReason,
  next: nextOf,
};

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

export function inOrder(
  entries: readonly QueueEntry[],
  order: QueueOrder | undefined,
): readonly QueueEntry[] {
  if (order === undefined) return entries;
  const key = KEYS[order.column];
  const sign = order.isDescending ? -1 : 1;
  return entries.toSorted((a, b) => sign * compare(key(a), key(b)));
}

/** Ascending, descending, as it was. */
export function nextOrder(order: QueueOrder | undefined, column: QueueColumn): QueueOrder | undefined {
  if (order?.column !== column) return { column, isDescending: false };
  return order.isDescending ? POSTFIX_ORDER : { column, isDescending: true };
}
