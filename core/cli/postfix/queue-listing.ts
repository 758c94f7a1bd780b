/** `postqueue -p` and `postqueue -j` as Postfix prints them (showq_compat(3), showq_json(3)). Pure. */
import { asctime } from '../../mail/asctime.ts';
import { quoteLocal } from '../../mail/quote.ts';
import type { QueueEntry } from '../../api/contract/queue.ts';

/** Left of this column: queue id, size, time; from here on: sender and recipients. */
const ADDRESS_COLUMN = 41;
const LONG_ADDRESS_COLUMN = 47;
/** Where the reason in parentheses ends. */
const REASON_WIDTH = 76;
/** asctime(3) without its year. */
const TIME_WIDTH = 19;

function statusMark(entry: QueueEntry): string {
  if (entry.queue === 'active') return '*';
  if (entry.queue === 'hold') return '!';
  return entry.forcedExpire ? '#' : '';
}

/** Control characters become `?` (printable(3)). */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** In external form; the null sender shows as who bounces come from. */
function senderOf({ sender }: QueueEntry): string {
  return sender === '' ? 'MAILER-DAEMON' : quoteLocal(sender);
}

/** showq(8) lists those in the defer logfile, which have a reason, before the others. */
function inShowqOrder({ recipients }: QueueEntry): QueueEntry['recipients'] {
  return [...recipients.filter((r) => r.reason !== ''), ...recipients.filter((r) => r.reason === '')];
}

function reasonLine(reason: string): string {
  const text = printable(reason);
  return `${' '.repeat(Math.max(0, REASON_WIDTH - text.length))}(${text})`;
}

function entryLines(entry: QueueEntry, isLong: boolean): readonly string[] {
  const id = `${entry.queueId}${statusMark(entry)}`;
  const time = asctime(entry.arrivedAt).slice(0, TIME_WIDTH);
  const sender = printable(senderOf(entry));
  const size = String(entry.size);
  const first = isLong
    ? `${id.padEnd(17)} ${size.padStart(8)} ${time} ${sender}`
    : `${id.padEnd(11)} ${size.padStart(7)} ${time}  ${sender}`;
  const indent = ' '.repeat(isLong ? LONG_ADDRESS_COLUMN : ADDRESS_COLUMN);
  const lines = [first];
  let lastReason = '';
  for (const { address, reason } of inShowqOrder(entry)) {
    if (reason !== '' && reason !== lastReason) lines.push(reasonLine(reason));
    lastReason = reason;
    lines.push(`${indent}${printable(quoteLocal(address))}`);
  }
  return lines;
}

/** What `mailq` shows; with the final newline. */
export function listQueue(entries: readonly QueueEntry[], isLong: boolean): string {
  if (entries.length === 0) return 'Mail queue is empty\n';
  const header = isLong
    ? '----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------'
    : '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------';
  const kbytes = Math.floor(entries.reduce((sum, { size }) => sum + size, 0) / 1024);
  const count = entries.length;
  const blocks = entries.map((entry) => entryLines(entry, isLong).join('\n'));
  return `${header}\n${blocks.join('\n\n')}\n\n-- ${kbytes} Kbytes in ${count} Request${count === 1 ? '' : 's'}.\n`;
}

/** One object a line, in Postfix's order and with its blanks. */
export function listQueueAsJson(entries: readonly QueueEntry[]): string {
  return entries
    .map((entry) => {
      const recipients = inShowqOrder(entry).map(({ address, reason }) => {
        const delay = reason === '' ? '' : `, "delay_reason": ${JSON.stringify(reason)}`;
        return `{"address": ${JSON.stringify(quoteLocal(address))}${delay}}`;
      });
      const fields = [
        `"queue_name": "${entry.queue}"`,
        `"queue_id": ${JSON.stringify(entry.queueId)}`,
        `"arrival_time": ${Math.floor(entry.arrivedAt / 1000)}`,
        `"message_size": ${entry.size}`,
        `"forced_expire": ${entry.forcedExpire}`,
        `"sender": ${JSON.stringify(senderOf(entry))}`,
        `"recipients": [${recipients.join(', ')}]`,
      ];
      return `{${fields.join(', ')}}\n`;
    })
    .join('');
}
