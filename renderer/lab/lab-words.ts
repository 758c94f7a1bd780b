/** What a dry run came to, in a few words. Pure. */
import type { Deviation } from '../../core/api/contract/scenario.ts';
import type { Replayed, TraceFate, TraceResult } from '../../core/api/contract/trace.ts';
import type { Tone } from '../ui/tone.ts';

type Status = TraceFate['status'];

export const STATUS_TONES: Readonly<Record<Status, Tone>> = {
  delivered: 'ok',
  relayed: 'info',
  discarded: 'plain',
  held: 'hold',
  deferred: 'warn',
  refused: 'bad',
  bounced: 'bad',
};

const allOf = (count: number) =>
  count === 1 ? 'the recipient is' : count === 2 ? 'both recipients are' : `all ${count} recipients are`;

/** `both recipients are accepted`, `1 of 3 recipients is refused`. */
export function summaryOf({ fates }: Pick<TraceResult, 'fates'>): string {
  const recipients = new Set(fates.map(({ recipient, address }) => recipient || address));
  const refused = new Set(fates.filter(({ status }) => status === 'refused').map((f) => f.recipient));
  const [all, no] = [recipients.size, refused.size];
  if (no === 0) return `${allOf(all)} accepted`;
  if (no === all) return `${allOf(all)} refused`;
  return `${no} of ${all} recipients ${no === 1 ? 'is' : 'are'} refused`;
}

export const fateText = ({ status, mailbox }: Pick<TraceFate, 'status' | 'mailbox'>): string =>
  mailbox === undefined ? status : `${status} → ${mailbox}`;

export function deviationText(deviation: Deviation): string {
  switch (deviation.kind) {
    case 'other': {
      const { expected, actual } = deviation;
      return `${expected.recipient}: expected ${fateText(expected)}${expected.reason === undefined ? '' : ` (${expected.reason})`}, got ${fateText(actual)} (${actual.reason})`;
    }
    case 'missing':
      return `${deviation.expected.recipient}: expected ${fateText(deviation.expected)}, got nothing`;
    case 'unexpected':
      return `${deviation.actual.recipient || deviation.actual.address}: ${fateText(deviation.actual)}, which nobody expected`;
  }
}

/** `196 the same, 3 now deferred, 1 now refused`; by recipient where messages differ. */
export function replayText({ messages, refusals, same, changed }: Replayed): string {
  const counts = new Map<Status, number>();
  for (const { draft } of changed) counts.set(draft.status, (counts.get(draft.status) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} now ${status}`);
  return [`${same} of ${messages + refusals} the same`, ...parts].join(', ');
}
