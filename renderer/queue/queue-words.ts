/** What a queue entry says in its row. Pure. */
import type { QueueEntry } from '../../core/api/contract/queue.ts';
import { formatFull, formatIn } from '../ui/format.ts';
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

/** What will happen to the message, in its order; `now` is the sandbox's time. */
export function prospectsOf(entry: QueueEntry, now: number): readonly string[] {
  const { queue, nextAttemptAt, warnsAt, expiresAt, forcedExpire, sender } = entry;
  if (queue === 'maildrop') return ['Picked up within a minute.'];
  if (queue === 'hold') return ['Nothing, until it is released.'];
  const at = (time: number) => `${formatIn(time, now)}, ${formatFull(time)}`;
  const next =
    queue !== 'deferred' || nextAttemptAt === null
      ? 'It is being delivered now.'
      : `Tried again ${at(nextAttemptAt)}.`;
  const end = sender === '' ? 'dropped, for it has no sender' : 'returned to the sender';
  if (forcedExpire) return [next, `Then ${end}: it is expired.`];
  return [
    next,
    ...(warnsAt === null
      ? []
      : [`The sender is told of the delay at the first try after ${formatFull(warnsAt)}.`]),
    ...(expiresAt === null ? [] : [`Given up and ${end} at the first try after ${formatFull(expiresAt)}.`]),
  ];
}
