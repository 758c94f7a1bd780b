/**
 * Which messages of a list came in since the last look. One that is still on its way to its mailboxes is held back until
 * it is there, so that a muted mailbox is known, but not for long. Pure.
 */
import type { Arrival } from './alerts.ts';

export interface Seen {
  /** The largest id that was looked at. */
  readonly newest: number;
  /** Those held back, with the time (ms) from which on they are. */
  readonly waiting: ReadonlyMap<number, number>;
}

export const WAIT_MS = 3_000;

const isUnderWay = ({ fates }: Arrival) =>
  fates.length === 0 || fates.some(({ status }) => status === 'queued');

/** Starts behind what is there already. */
export const seenAll = (rows: readonly Arrival[]): Seen => ({
  newest: rows.reduce((newest, { id }) => Math.max(newest, id), 0),
  waiting: new Map(),
});

/** `rows`: the newest ones of all mail, in any order. `came`: to be told now, the newest first. */
export function sift<Row extends Arrival>(
  seen: Seen,
  rows: readonly Row[],
  now: number,
): { readonly seen: Seen; readonly came: readonly Row[] } {
  const waiting = new Map<number, number>();
  const came: Row[] = [];
  for (const row of rows) {
    const since = seen.waiting.get(row.id) ?? (row.id > seen.newest ? now : undefined);
    if (since === undefined) continue;
    if (isUnderWay(row) && now - since < WAIT_MS) waiting.set(row.id, since);
    else came.push(row);
  }
  const newest = Math.max(seen.newest, seenAll(rows).newest);
  return { seen: { newest, waiting }, came: came.sort((a, b) => b.id - a.id) };
}
