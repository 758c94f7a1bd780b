/** What a queue entry says in its row. Pure. */
import type { QueueEntry } from '../../core/api/contract/queue.ts';
import { formatIn } from '../ui/format.ts';
import type { Tone } from '../ui/tone.ts';

export const QUEUE_TONES: Readonly<Record<QueueEntry['queue'], Tone>> = {
  maildrop: 'plain',
  incoming: 'info',
  active: 'info',
  deferred: 'warn',
  hold: 'hold',
};

export function recipientText(entry: QueueEntry): string {
  const [first, ...rest] = entry.recipients;
  if (first === undefined) return '';
  return rest.length === 0 ? first.address : `${first.address} +${rest.length}`;
}

export function reasonText(entry: QueueEntry): string {
  if (entry.queue === 'hold') return entry.holdReason === '' ? 'held' : entry.holdReason;
  if (entry.queue === 'active') return 'delivering';
  return entry.recipients.find(({ reason }) => reason !== '')?.reason ?? 'waiting';
}

export function nextText(entry: QueueEntry, now: number): string {
  if (entry.queue === 'hold') return '—';
  if (entry.queue !== 'deferred' || entry.nextAttemptAt === null) return 'now';
  return formatIn(entry.nextAttemptAt, now);
}
