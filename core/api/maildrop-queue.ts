/** The queue with what waits in the maildrop: showq(8) lists it first, postsuper -d deletes from it. */
import type { QueueArea } from './areas/queue.ts';
import type { QueueEntry } from './contract/queue.ts';
import { createQueueSearch } from './queue-search.ts';
import type { DroppedMessage, Maildrop } from './maildrop.ts';

function toEntry({ queueId, arrivedAt, size, input }: DroppedMessage): QueueEntry {
  return {
    queueId,
    messageId: 0,
    queue: 'maildrop',
    arrivedAt,
    size,
    sender: input.sender,
    subject: '',
    // Not rewritten yet: as they were given.
    recipients: input.recipients.map((address) => ({
      address,
      originalAddress: address,
      reason: '',
      attempts: 0,
    })),
    holdReason: '',
    nextAttemptAt: null,
    warnsAt: null,
    // Its time begins when it is picked up.
    expiresAt: null,
    attempts: 0,
    forcedExpire: false,
  };
}

export function withMaildrop(area: QueueArea, maildrop: Pick<Maildrop, 'list' | 'remove'>): QueueArea {
  const isIncluded = (queue: string | undefined) => queue === undefined || queue === 'maildrop';

  function remove(ids: readonly string[] | 'ALL'): readonly string[] {
    const found = maildrop.list().map(({ queueId }) => queueId);
    const chosen = ids === 'ALL' ? found : found.filter((queueId) => ids.includes(queueId));
    for (const queueId of chosen) maildrop.remove(queueId);
    return chosen;
  }

  return {
    ...area,
    async list(query) {
      const isFound = createQueueSearch(query.search ?? '');
      const dropped = isIncluded(query.queue)
        ? maildrop.list().map(toEntry).filter(isFound).slice(0, query.limit)
        : [];
      if (query.queue === 'maildrop' || dropped.length === query.limit) return dropped;
      return [...dropped, ...(await area.list({ ...query, limit: query.limit - dropped.length }))];
    },
    async act(order) {
      const removed = order.action === 'delete' && isIncluded(order.queue) ? remove(order.ids) : [];
      if (order.queue === 'maildrop') return { changed: removed };
      const acted = await area.act(order);
      return { ...acted, changed: [...removed, ...acted.changed] };
    },
  };
}
