/**
 * The arithmetic of a long list of which only one run of neighbouring rows is in memory. Pure.
 *
 * The contract pages by key, downwards only ("older than this id"), so indexes far from the run are estimates by
 * linear interpolation of ids; they become exact at either end of the list.
 */
import type { MessageRow } from '../../core/api/contract/mail.ts';

export interface Run {
  /** The index of the first row in the whole list. */
  readonly first: number;
  readonly rows: readonly MessageRow[];
}

/** Rows [from, to) of the whole list. */
export interface Seen {
  readonly from: number;
  readonly to: number;
}

export const PAGE = 100;
/** Load ahead when fewer rows than this are left in the direction of travel. */
export const AHEAD = 40;
/** Rows kept around what is seen. */
const KEPT_EACH_SIDE = 400;

export type Need =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'jump'; readonly index: number }
  | { readonly kind: 'down'; readonly before: number }
  | { readonly kind: 'up'; readonly head: number };

/** What has to be loaded so that what is seen can be shown. */
export function need({ first, rows }: Run, seen: Seen, total: number): Need {
  const head = rows[0];
  const last = rows.at(-1);
  const end = first + rows.length;
  if (head === undefined || last === undefined) {
    return total > 0 ? { kind: 'jump', index: seen.from } : { kind: 'nothing' };
  }
  if (seen.from > end + PAGE || seen.to < first - PAGE) return { kind: 'jump', index: seen.from };
  if (seen.to + AHEAD > end && end < total) return { kind: 'down', before: last.id };
  if (seen.from - AHEAD < first && first > 0) return { kind: 'up', head: head.id };
  return { kind: 'nothing' };
}

/** Forgets rows far from what is seen. */
export function trim({ first, rows }: Run, seen: Seen): Run {
  const from = Math.max(0, seen.from - KEPT_EACH_SIDE - first);
  const to = Math.min(rows.length, seen.to + KEPT_EACH_SIDE - first);
  return from === 0 && to === rows.length
    ? { first, rows }
    : { first: first + from, rows: rows.slice(from, to) };
}

/** The id to ask "older than" for, to get the row at `index`. `newest` is the largest id there is. */
export function estimateId(index: number, total: number, newest: number, run: Run): number {
  let above = { index: 0, id: newest + 1 };
  let below = { index: Math.max(1, total), id: 1 };
  run.rows.forEach((row, place) => {
    const known = { index: run.first + place, id: row.id + 1 };
    if (known.index <= index && known.index > above.index) above = known;
    if (known.index > index && known.index < below.index) below = known;
  });
  const share = (index - above.index) / Math.max(1, below.index - above.index);
  return Math.max(2, Math.round(above.id - share * (above.id - below.id)));
}

export interface Joined {
  readonly run: Run;
  /** By how many rows what was in the run moved down. */
  readonly moved: number;
}

/**
 * Puts the newer rows of a page in front of the run. `reachesTop`: nothing newer than the page exists. Undefined when
 * the page does not reach down to the run, so that there would be a gap.
 */
export function joinAbove(
  run: Run,
  page: readonly MessageRow[],
  options: { readonly isFull: boolean; readonly reachesTop: boolean },
): Joined | undefined {
  const head = run.rows[0];
  if (head === undefined) return undefined;
  const place = page.findIndex((row) => row.id <= head.id);
  if (place === -1 && options.isFull) return undefined;
  const above = page.slice(0, place === -1 ? page.length : place);
  const guess = run.first - above.length;
  const first = options.reachesTop ? 0 : guess > 0 ? guess : PAGE;
  return { run: { first, rows: [...above, ...run.rows] }, moved: first - guess };
}

/** Rows that stay although the folder has them no more, put back in their order. */
export function mergeKept(rows: readonly MessageRow[], kept: readonly MessageRow[]): readonly MessageRow[] {
  const known = new Set(rows.map((row) => row.id));
  const missing = kept.filter((row) => !known.has(row.id));
  return missing.length === 0 ? rows : [...rows, ...missing].sort((a, b) => b.id - a.id);
}
