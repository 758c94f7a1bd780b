/** Outcomes as they were stored. */
import type { Action } from '../../mail/dsn.ts';
import type { Outcome, OutcomeStatus } from '../../mail/message.ts';
import { INT, type Connection } from '../database.ts';
import { bitsToNotify } from '../notify-bits.ts';

export interface OutcomeRow {
  readonly message_id: number;
  readonly seq: number;
  readonly recipient_idx: number;
  readonly address: string;
  readonly original_address: string;
  readonly status: OutcomeStatus;
  readonly dsn: string;
  readonly reason: string;
  readonly relay: string;
  readonly action: Action;
  readonly diagnostic_type: string | null;
  readonly diagnostic_text: string | null;
  readonly remote_mta: string | null;
  readonly notify: number | null;
  readonly return_to: string | null;
  readonly started_at: number;
  readonly finished_at: number;
  readonly mailbox: string | null;
}

export const OUTCOME_COLUMNS = [
  'message_id, seq, recipient_idx, address, original_address, status, dsn, reason, relay, action',
  'diagnostic_type, diagnostic_text, remote_mta, notify, return_to, started_at, finished_at, mailbox',
].join(', ');

function toOutcome(row: OutcomeRow): Outcome {
  return {
    recipientIndex: row.recipient_idx,
    address: row.address,
    originalAddress: row.original_address,
    status: row.status,
    dsn: row.dsn,
    reason: row.reason,
    relay: row.relay,
    action: row.action,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    ...(row.diagnostic_type === null
      ? {}
      : { diagnostic: { type: row.diagnostic_type, text: row.diagnostic_text ?? '' } }),
    ...(row.remote_mta === null ? {} : { remoteMta: row.remote_mta }),
    ...(row.notify === null ? {} : { notify: bitsToNotify(row.notify) }),
    ...(row.return_to === null ? {} : { returnTo: row.return_to }),
  };
}

export interface OutcomeReader {
  unreported(messageId: number): readonly Outcome[];
  deferred(messageId: number): readonly Outcome[];
  bouncedSince(at: number): number;
}

export function createOutcomeReader(db: Connection): OutcomeReader {
  const selectUnreported = db.prepare(
    `SELECT ${OUTCOME_COLUMNS} FROM outcome
     WHERE message_id = ${INT} AND is_reported = 0 AND status <> 'deferred' ORDER BY seq`,
  );
  const selectDeferred = db.prepare(
    `SELECT ${OUTCOME_COLUMNS} FROM outcome WHERE message_id = ${INT} AND status = 'deferred' ORDER BY seq`,
  );
  const countBounced = db
    .prepare("SELECT count(*) FROM outcome WHERE status = 'bounced' AND finished_at >= ?")
    .pluck();
  return {
    unreported: (messageId) => (selectUnreported.all(messageId) as OutcomeRow[]).map(toOutcome),
    deferred: (messageId) => (selectDeferred.all(messageId) as OutcomeRow[]).map(toOutcome),
    bouncedSince: (at) => countBounced.get(at) as number,
  };
}
