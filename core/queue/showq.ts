/** The queue as postqueue(1) prints it: `-p` (mailq) and `-j`. Pure. */
import { asctime } from '../mail/asctime.ts';

/** One message as showq(8) tells of it. */
export interface QueueListEntry {
  readonly queue_name: 'maildrop' | 'active' | 'incoming' | 'deferred' | 'hold';
  readonly queue_id: string;
  /** Seconds since the epoch. */
  readonly arrival_time: number;
  readonly message_size: number;
  readonly forced_expire: boolean;
  /** External form; MAILER-DAEMON for mail from nobody. */
  readonly sender: string;
  readonly recipients: readonly {
    readonly address: string;
    /** The answer of the last attempt; '' before the first. */
    readonly delay_reason: string;
  }[];
}

interface Columns {
  readonly id: number;
  readonly size: number;
  readonly time: number;
  readonly headings: readonly [string, string, string, string];
}

const SHORT: Columns = {
  id: 11,
  size: 7,
  time: 20,
  headings: ['-Queue ID-', '--Size--', '----Arrival Time----', '-Sender/Recipient-------'],
};
const LONG: Columns = {
  id: 17,
  size: 8,
  time: 19,
  headings: ['----Queue ID-----', '--Size--', '---Arrival Time----', '--Sender/Recipient------'],
};

const REASON_WIDTH = 76;
const MARKS: Readonly<Record<string, string>> = { active: '*', hold: '!' };

function formatEntry(entry: QueueListEntry, columns: Columns): string {
  const mark = (MARKS[entry.queue_name] ?? '') + (entry.forced_expire ? '#' : '');
  const time = asctime(entry.arrival_time * 1000).slice(0, columns.time);
  const first = [
    (entry.queue_id + mark).padEnd(columns.id),
    String(entry.message_size).padStart(columns.size),
    time.padStart(columns.time),
    entry.sender,
  ];
  const blank = ' '.repeat(columns.id + columns.size + columns.time + 3);
  const lines = [first.join(' ')];
  let reason = '';
  for (const recipient of entry.recipients) {
    // a reason is shown once for all that share it, and its absence only after one
    if (recipient.delay_reason !== reason) {
      reason = recipient.delay_reason;
      const shown = reason === '' ? 'reason unavailable' : reason;
      lines.push(`${' '.repeat(Math.max(0, REASON_WIDTH - shown.length))}(${shown})`);
    }
    lines.push(blank + recipient.address);
  }
  return `${lines.join('\n')}\n`;
}

/** `postqueue -p`: headings, a message after the other, a summary. `isLong` with enable_long_queue_ids. */
export function formatMailq(entries: readonly QueueListEntry[], isLong = false): string {
  if (entries.length === 0) return 'Mail queue is empty\n';
  const columns = isLong ? LONG : SHORT;
  const [id, size, time, address] = columns.headings;
  const heading = `${id.padEnd(columns.id)} ${size.padStart(columns.size)} ${time.padEnd(columns.time)} ${address}\n`;
  const bytes = entries.reduce((sum, entry) => sum + entry.message_size, 0);
  const kilobytes = Math.floor(bytes / 1024);
  const plural = entries.length === 1 ? '' : 's';
  const messages = entries.map((entry) => formatEntry(entry, columns)).join('\n');
  return `${heading}${messages}\n-- ${kilobytes} Kbytes in ${entries.length} Request${plural}.\n`;
}

/** A JSON string as postqueue(1) quotes it: what JSON demands, and DEL. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007F');
}

function formatJsonEntry(entry: QueueListEntry): string {
  const recipients = entry.recipients.map(({ address, delay_reason: reason }) =>
    reason === ''
      ? `{"address": ${quoted(address)}}`
      : `{"address": ${quoted(address)}, "delay_reason": ${quoted(reason)}}`,
  );
  return (
    `{"queue_name": ${quoted(entry.queue_name)}, "queue_id": ${quoted(entry.queue_id)}, ` +
    `"arrival_time": ${entry.arrival_time}, "message_size": ${entry.message_size}, ` +
    `"forced_expire": ${String(entry.forced_expire)}, "sender": ${quoted(entry.sender)}, ` +
    `"recipients": [${recipients.join(', ')}]}\n`
  );
}

/** `postqueue -j`: one object a line. */
export function formatJson(entries: readonly QueueListEntry[]): string {
  return entries.map(formatJsonEntry).join('');
}
