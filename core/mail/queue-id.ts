/** The name of a queue file, as in `postqueue -p`: what log lines, replies and commands call a message. */
declare const queueIdBrand: unique symbol;
export type QueueId = string & { readonly [queueIdBrand]: 'QueueId' };

/** Postfix's alphabet for long names: no vowels, so that no words appear (`safe_ultostr`). */
const SAFE = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const INODE_BASE = 51;
const TIME_BASE = 52;

function inBase(value: number, base: number, padTo: number): string {
  let rest = value;
  let text = '';
  do {
    text = SAFE.charAt(rest % base) + text;
    rest = Math.floor(rest / base);
  } while (rest > 0);
  return text.padStart(padTo, '0');
}

/**
 * A queue id of Postfix's form. Postfix makes it of the arrival time and the queue file's inode; here the
 * number of the message takes the inode's place, so no two messages of one sandbox ever share one.
 * Short: microseconds in five hex digits, then the number in hex. Long (`enable_long_queue_ids`): seconds in
 * base 52 (six), microseconds (four), `z`, the number in base 51.
 */
export function makeQueueId(arrivedAtMs: number, messageNumber: number, long: boolean): QueueId {
  const seconds = Math.floor(arrivedAtMs / 1000);
  const micros = (Math.floor((arrivedAtMs % 1000) * 1000) + (messageNumber % 1000)) % 1_000_000;
  if (long) {
    return `${inBase(seconds, TIME_BASE, 6)}${inBase(micros, TIME_BASE, 4)}z${inBase(messageNumber, INODE_BASE, 1)}` as QueueId;
  }
  const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0');
  return `${hex(micros, 5)}${hex(messageNumber, 5)}` as QueueId;
}

/** Whether the text has the form of a queue id (`mail_queue_id_ok`): letters, digits and `_`, at most 100. */
export function isQueueId(text: string): text is QueueId {
  return /^[A-Za-z0-9_]{1,100}$/.test(text);
}

function fromBase(text: string, base: number): number | undefined {
  let value = 0;
  for (const char of text) {
    const digit = SAFE.indexOf(char);
    if (digit < 0 || digit >= base) return undefined;
    value = value * base + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The message numbers that a queue id may stand for (`makeQueueId` backwards): none, one, or one for each form. */
export function messageNumbers(queueId: QueueId): readonly number[] {
  const numbers: number[] = [];
  if (/^[0-9A-F]{6,19}$/.test(queueId)) numbers.push(parseInt(queueId.slice(5), 16));
  const long = /^[0-9A-Za-z]{10}z([0-9A-Za-y]{1,10})$/.exec(queueId)?.[1];
  const number = long === undefined ? undefined : fromBase(long, INODE_BASE);
  if (number !== undefined) numbers.push(number);
  return numbers.filter((n) => Number.isSafeInteger(n));
}
