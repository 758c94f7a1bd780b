/** The queue as rows of it are read back: QueuedMessage with the recipients that still wait. */
import type {
  BodyEncoding,
  ClientIdentity,
  Origin,
  QueuedMessage,
  QueuedRecipient,
} from '../../mail/message.ts';
import type { Ret } from '../../mail/dsn.ts';
import { messageNumbers, type QueueId } from '../../mail/queue-id.ts';
import { INT, type Connection } from '../database.ts';
import { bitsToNotify } from '../notify-bits.ts';

export interface ClientColumns {
  readonly client_name: string | null;
  readonly client_address: string | null;
  readonly client_port: number | null;
  readonly helo: string | null;
  readonly protocol: string | null;
  readonly sasl_method: string | null;
  readonly sasl_username: string | null;
  readonly service: string | null;
}

export const CLIENT_COLUMNS =
  'm.client_name, m.client_address, m.client_port, m.helo, m.protocol, m.sasl_method, m.sasl_username, m.service';

export function toClient(row: ClientColumns): ClientIdentity | null {
  if (row.client_name === null) return null;
  return {
    name: row.client_name,
    address: row.client_address ?? '',
    port: row.client_port ?? 0,
    helo: row.helo ?? '',
    protocol: row.protocol ?? '',
    saslMethod: row.sasl_method ?? '',
    saslUsername: row.sasl_username ?? '',
    service: row.service ?? '',
  };
}

interface EntryRow extends ClientColumns {
  readonly message_id: number;
  readonly queue_id: QueueId;
  readonly queue: 'incoming' | 'deferred' | 'hold';
  readonly next_attempt_at: number;
  readonly hold_reason: string;
  readonly attempts: number;
  readonly warned_at: number | null;
  readonly forced_expire: number;
  readonly arrived_at: number;
  readonly origin: Origin;
  readonly sender: string;
  readonly ret: Ret;
  readonly envid: string;
  readonly smtputf8: number;
  readonly encoding: BodyEncoding;
  readonly size: number;
  readonly queue_size: number;
  readonly filter: string;
  readonly verify: number;
  readonly wants_report: number;
  readonly verp: string;
}

interface RecipientRow {
  readonly idx: number;
  readonly address: string;
  readonly original_address: string;
  readonly notify: number;
  readonly orcpt: string;
  readonly attempts: number;
  readonly reason: string;
}

export interface QueuedReader {
  byNumber(messageId: number): QueuedMessage | undefined;
  byQueueId(queueId: QueueId): QueuedMessage | undefined;
  numberOf(queueId: QueueId): number | undefined;
}

const toRecipient = (row: RecipientRow): QueuedRecipient => ({
  index: row.idx,
  address: row.address,
  originalAddress: row.original_address,
  notify: bitsToNotify(row.notify),
  orcpt: row.orcpt,
  attempts: row.attempts,
  reason: row.reason,
});

function toQueued(row: EntryRow, recipients: readonly QueuedRecipient[]): QueuedMessage {
  return {
    queueId: row.queue_id,
    messageId: row.message_id,
    arrivedAt: row.arrived_at,
    origin: row.origin,
    client: toClient(row),
    sender: row.sender,
    ret: row.ret,
    envid: row.envid,
    smtputf8: row.smtputf8 === 1,
    encoding: row.encoding,
    size: row.size,
    queueSize: row.queue_size,
    filter: row.filter,
    verify: row.verify === 1,
    wantsReport: row.wants_report === 1,
    verp: row.verp,
    queue: row.queue,
    holdReason: row.hold_reason,
    recipients,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
    warnedAt: row.warned_at,
    forcedExpire: row.forced_expire === 1,
  };
}

export function createQueuedReader(db: Connection): QueuedReader {
  const selectEntry = db.prepare(
    `SELECT q.message_id, q.queue_id, q.queue, q.next_attempt_at, q.hold_reason, q.attempts, q.warned_at, q.forced_expire,
       m.arrived_at, m.origin, ${CLIENT_COLUMNS}, m.sender, m.ret, m.envid, m.smtputf8, m.encoding, m.size, m.queue_size, m.filter, m.verify, m.wants_report, m.verp
     FROM queue_entry q JOIN message m ON m.id = q.message_id WHERE q.message_id = ${INT}`,
  );
  const selectRecipients = db.prepare(
    `SELECT idx, address, original_address, notify, orcpt, attempts, reason
     FROM recipient WHERE message_id = ${INT} AND state = 'waiting' ORDER BY idx`,
  );
  const hasNumber = db
    .prepare(`SELECT 1 FROM queue_entry WHERE message_id = ${INT} AND queue_id = ?`)
    .pluck();
  const findName = db.prepare('SELECT message_id FROM queue_entry WHERE queue_id = ?').pluck();

  const byNumber = (messageId: number) => {
    const row = selectEntry.get(messageId) as EntryRow | undefined;
    if (row === undefined) return undefined;
    return toQueued(row, (selectRecipients.all(messageId) as RecipientRow[]).map(toRecipient));
  };
  const numberOf = (queueId: QueueId) => {
    const number = messageNumbers(queueId).find((n) => hasNumber.get(n, queueId) !== undefined);
    return number ?? (findName.get(queueId) as number | undefined);
  };
  return {
    byNumber,
    numberOf,
    byQueueId(queueId) {
      const number = numberOf(queueId);
      return number === undefined ? undefined : byNumber(number);
    },
  };
}
