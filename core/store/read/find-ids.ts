/**
 * Searches: the numbers of messages that match, newest first. By number and never by rank, because a common word would
 * have to be ranked a million times. Piece by piece, so that a page of hits ends the work.
 */
import type { SearchNode } from '../../mail/search/search.ts';
import { createSnapshot, type Connection, type Statement } from '../database.ts';
import type { MailFolder } from '../mail-store.ts';
import { HOUR_MS } from '../write/counters.ts';
import type { SearchFacts } from './search-conditions.ts';
import { planSearch, type PlanInput, type SearchPlan } from './search-plan.ts';

/** Message numbers that one piece covers: the first, and growing to the largest. */
const FIRST_PIECE = 20_000;
const LARGEST_PIECE = 160_000;
/** Statements kept for the next search of the same form. */
const KEPT_STATEMENTS = 60;

export interface FindOrder {
  readonly kind: MailFolder['kind'];
  /** The number of a mailbox, alias or tag. */
  readonly folderId: number | undefined;
  /** undefined: everything in the folder. */
  readonly node: SearchNode | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

export type FindIds = (order: FindOrder) => readonly number[];

export function createSearchFacts(db: Connection): SearchFacts {
  const folder = db.prepare('SELECT id, total FROM folder WHERE kind = ? AND name = ? COLLATE NOCASE');
  const counter = db.prepare('SELECT value FROM counter WHERE name = ?').pluck();
  return {
    folder: (kind, name) => folder.get(kind, name) as { id: number; total: number } | undefined,
    count: (name) => (counter.get(name) as number | undefined) ?? 0,
  };
}

/** The numbers that can have arrived in between: exact to the hour, whatever the clock did. */
function createTimeBounds(db: Connection) {
  const first = db.prepare('SELECT min(first_id) FROM arrival WHERE hour >= ?').pluck();
  const last = db.prepare('SELECT max(last_id) FROM arrival WHERE hour <= ?').pluck();
  const hour = (at: number) => Math.floor(at / HOUR_MS);
  return {
    from: (after: number | undefined) =>
      after === undefined ? 0 : ((first.get(hour(after)) as number | null) ?? Infinity),
    to: (before: number | undefined) =>
      before === undefined ? Infinity : ((last.get(hour(before - 1)) as number | null) ?? 0) + 1,
  };
}

export function createFindIds(db: Connection): FindIds {
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const facts = createSearchFacts(db);
  const bounds = createTimeBounds(db);
  const snapshot = createSnapshot(db);
  const statements = new Map<string, Statement>();
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql).pluck();
    if (statements.size >= KEPT_STATEMENTS) statements.clear();
    statements.set(sql, statement);
    return statement;
  };

  /** Looks first where only a look tells which way is the shorter one. */
  function bestPlan(input: PlanInput, end: number): SearchPlan {
    const plan = planSearch(input);
    if (plan.sample === undefined) return plan;
    const hits = prepare(plan.sample.sql).get({ ...plan.bound, start: 0, end }) as number;
    return hits >= plan.sample.isOften ? planSearch({ ...input, lead: 'list' }) : plan;
  }

  function find({ kind, folderId, node, before, limit }: FindOrder): readonly number[] {
    if (node?.kind === 'nothing') return [];
    const top = ((newest.get() as number | null) ?? 0) + 1;
    const plan = bestPlan({ kind, folderId, node, facts }, Math.min(before ?? top, top));
    const statement = prepare(plan.sql);
    const bottom = bounds.from(plan.after);
    const ids: number[] = [];
    let end = Math.min(before ?? top, top, bounds.to(plan.before));
    for (let size = FIRST_PIECE; end > bottom; size = Math.min(size * 2, LARGEST_PIECE)) {
      const start = Math.max(bottom, end - size, 0);
      const found = statement.all({ ...plan.bound, start, end, limit: limit - ids.length }) as number[];
      for (const id of found) ids.push(id);
      if (ids.length >= limit) break;
      end = start;
    }
    return ids;
  }
  return (order) => snapshot(() => find(order));
}
