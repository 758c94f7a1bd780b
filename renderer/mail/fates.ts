/** What became of recipients, in the few words of a chip. Pure. */
import type { Fate } from '../../core/api/contract/common.ts';
import type { MessageRow } from '../../core/api/contract/mail.ts';
import { formatTime } from '../ui/format.ts';
import type { Tone } from '../ui/tone.ts';

export interface FateChip {
  readonly tone: Tone;
  readonly text: string;
}

const TONES: Readonly<Record<Fate['status'], Tone>> = {
  delivered: 'ok',
  relayed: 'ok',
  queued: 'info',
  deferred: 'warn',
  held: 'hold',
  bounced: 'bad',
  discarded: 'plain',
  deleted: 'plain',
};

const localPart = (address: string) => address.split('@')[0] ?? address;

/** `root → you` where an alias led elsewhere, else the mailbox. */
function whereTo(fate: Fate): string {
  const mailbox = fate.mailbox ?? fate.address;
  const from = localPart(fate.recipient);
  return from.toLowerCase() === localPart(mailbox).toLowerCase() ? mailbox : `${from} → ${mailbox}`;
}

const WORDS: Readonly<Record<Exclude<Fate['status'], 'delivered'>, string>> = {
  relayed: 'relayed',
  queued: 'queued',
  deferred: 'deferred',
  held: 'held',
  bounced: 'undeliverable',
  discarded: 'discarded',
  deleted: 'deleted',
};

const ORDER = [
  'delivered',
  'relayed',
  'queued',
  'deferred',
  'held',
  'bounced',
  'discarded',
  'deleted',
] as const;
const MOST_MAILBOXES = 2;

/** The chips of a row: mailboxes by name, everything else counted. */
export function chipsOf(fates: readonly Fate[]): readonly FateChip[] {
  return ORDER.flatMap((status): readonly FateChip[] => {
    const same = fates.filter((fate) => fate.status === status);
    if (same.length === 0) return [];
    const tone = TONES[status];
    if (status !== 'delivered') {
      const isOnly = same.length === fates.length && same.length === 1;
      return [{ tone, text: isOnly ? WORDS[status] : `${same.length} ${WORDS[status]}` }];
    }
    const places = [...new Set(same.map(whereTo))];
    const named = places.slice(0, MOST_MAILBOXES).map((text) => ({ tone, text }));
    const rest = places.length - named.length;
    return rest === 0 ? named : [...named, { tone, text: `+${rest}` }];
  });
}

/** The chip beside a recipient in the reader. */
export function chipOf(fate: Fate): FateChip {
  const tone = TONES[fate.status];
  if (fate.status === 'delivered') return { tone, text: `→ ${fate.mailbox ?? fate.address}` };
  return { tone, text: fate.status === 'bounced' && fate.reason !== '' ? fate.reason : WORDS[fate.status] };
}

/** The last line of a row: what a waiting message waits for, else its first words. */
export function lineOf(row: MessageRow): string {
  const waiting = row.fates.find((fate) => fate.status === 'deferred' || fate.status === 'held');
  if (waiting === undefined || waiting.reason === '') return row.preview;
  const next = waiting.nextAttemptAt === undefined ? '' : `, next try ${formatTime(waiting.nextAttemptAt)}`;
  return `${waiting.reason}${next}`;
}
