import type { DeliveryRequest } from '../mail/message.ts';
import type { QueueStore } from '../store/store.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { verpSender } from '../mail/verp.ts';
import type { Entry } from './transport.ts';

/** What an agent is handed. Content is read when it asks, and not kept. */
export function requestOf(entry: Entry, store: Pick<QueueStore, 'content' | 'header'>): DeliveryRequest {
  const { active, recipients, nexthop, queue } = entry;
  const { messageId, queueId } = active.message;
  const stored = <T>(found: T | undefined): T => {
    if (found === undefined) throw new Error(`${queueId}: content is gone`);
    return found;
  };
  const { header } = active;
  const { verp, sender } = active.message;
  const [first] = recipients;
  // such a message has one recipient to a request
  const isVerp = verp !== '' && first !== undefined;
  return {
    message: isVerp ? { ...active.message, sender: verpSender(verp, sender, first) } : active.message,
    recipients,
    transport: queue.transport.name,
    nexthop,
    read: () => Promise.resolve().then(() => deliveredForm(stored(store.content(messageId)))),
    readHeader: () => Promise.resolve().then(() => header ?? stored(store.header(messageId))),
    activeAt: active.activeAt,
  };
}
