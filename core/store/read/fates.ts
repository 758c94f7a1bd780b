/** What became of each recipient: told from outcomes, recipients that wait, and where the message is queued. */
import { INT, type Connection } from '../database.ts';
import type { FateStatus, RecipientFate } from '../mail-store.ts';
import { OUTCOME_COLUMNS, type OutcomeRow } from './outcomes.ts';

/** The columns of a message that its fates need. */
export interface FateInput {
  readonly id: number;
  readonly recipient_count: number;
  readonly is_undeliverable: number;
  readonly queue: 'incoming' | 'deferred' | 'hold' | null;
  readonly next_attempt_at: number | null;
  readonly hold_reason: string | null;
}

interface RecipientRow {
  readonly idx: number;
  readonly address: string;
  readonly original_address: string;
  readonly reason: string;
  readonly state: 'waiting' | 'done' | 'deleted';
}

export interface FateReader {
  all(message: FateInput): readonly RecipientFate[];
  /** At most `limit`, failures first. */
  some(message: FateInput, limit: number): readonly RecipientFate[];
}

function finalStatus(o: OutcomeRow): FateStatus {
  if (o.status === 'bounced' || o.status === 'undeliverable') return 'bounced';
  if (o.action === 'relayed' || o.relay.includes('[')) return 'relayed';
  if (o.mailbox === null && o.relay === 'none' && o.status === 'sent') return 'discarded';
  return 'delivered';
}

/** The state of a recipient that is still to be served. */
function waitingStatus(message: FateInput): FateStatus {
  switch (message.queue) {
    case 'hold':
      return 'held';
    case 'deferred':
      return 'deferred';
    case 'incoming':
      return 'queued';
    case null:
      return 'deleted';
  }
}

const next = (message: FateInput, status: FateStatus) =>
  status === 'deferred' && message.next_attempt_at !== null ? { nextAttemptAt: message.next_attempt_at } : {};

function fromOutcome(message: FateInput, o: OutcomeRow): RecipientFate {
  const status = o.status === 'deferred' ? waitingStatus(message) : finalStatus(o);
  const isHeld = status === 'held' && (message.hold_reason ?? '') !== '';
  return {
    recipient: o.original_address,
    address: o.address,
    status,
    ...(o.mailbox === null ? {} : { mailbox: o.mailbox }),
    dsn: o.dsn,
    reason: isHeld ? (message.hold_reason ?? '') : o.reason,
    ...next(message, status),
  };
}

function fromRecipient(message: FateInput, r: RecipientRow): RecipientFate {
  const status = r.state === 'deleted' ? 'deleted' : waitingStatus(message);
  return {
    recipient: r.original_address,
    address: r.address,
    status,
    dsn: '',
    reason: status === 'held' ? (message.hold_reason ?? '') : r.reason,
    ...next(message, status),
  };
}

/** Later outcomes of one address replace earlier ones. */
function compose(
  message: FateInput,
  outcomes: readonly OutcomeRow[],
  recipients: readonly RecipientRow[],
): readonly RecipientFate[] {
  const latest = new Map<string, OutcomeRow>();
  for (const o of outcomes) latest.set(`${o.recipient_idx}\0${o.address}`, o);
  const told = new Set(outcomes.map((o) => o.recipient_idx));
  const fates = [
    ...[...latest.values()].map((o) => ({ idx: o.recipient_idx, fate: fromOutcome(message, o) })),
    ...recipients
      .filter((r) => !told.has(r.idx))
      .map((r) => ({ idx: r.idx, fate: fromRecipient(message, r) })),
  ];
  return fates.sort((a, b) => a.idx - b.idx).map((f) => f.fate);
}

export function createFateReader(db: Connection): FateReader {
  const selectOutcomes = db.prepare(
    `SELECT ${OUTCOME_COLUMNS} FROM outcome WHERE message_id = ${INT} ORDER BY seq LIMIT ${INT}`,
  );
  const selectFailures = db.prepare(
    `SELECT ${OUTCOME_COLUMNS} FROM outcome WHERE message_id = ${INT} AND status = 'bounced' ORDER BY seq LIMIT ${INT}`,
  );
  const selectRecipients = db.prepare(
    `SELECT idx, address, original_address, reason, state FROM recipient WHERE message_id = ${INT} ORDER BY idx LIMIT ${INT}`,
  );

  function read(message: FateInput, limit: number): readonly RecipientFate[] {
    const outcomes = selectOutcomes.all(message.id, limit) as OutcomeRow[];
    const isComplete = message.queue === null && outcomes.length >= message.recipient_count;
    const recipients = isComplete ? [] : (selectRecipients.all(message.id, limit) as RecipientRow[]);
    return compose(message, outcomes, recipients);
  }

  return {
    all: (message) => read(message, -1),
    some(message, limit) {
      const fates = read(message, limit).slice(0, limit);
      if (message.is_undeliverable === 0 || message.recipient_count < limit) return fates;
      const failures = compose(message, selectFailures.all(message.id, limit) as OutcomeRow[], []);
      const others = fates.filter((f) => f.status !== 'bounced');
      return [...failures, ...others].slice(0, limit);
    },
  };
}
