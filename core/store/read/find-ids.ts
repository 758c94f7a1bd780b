/**
 * Searches: the numbers of messages that match, newest first. By number and never by rank, because a common word would
 * have to be ranked a million times. Stretch by stretch, so that a page of hits ends the work. What was found out about a
 * condition is remembered until the messages change, so that no stretch is read twice for it.
 */
import type { SearchNode } from '../../mail/search/search.ts';
import { createSnapshot, type Connection } from '../database.ts';
import { HOUR_MS } from '../write/counters.ts';
import { allBetween, numbersOf } from './bits.ts';
import { createKnownAnswers } from './known-answers.ts';
import { createNarrow } from './search-answers.ts';
import { createSearchFacts } from './search-facts.ts';
import { questionOf, type Asked } from './search-question.ts';

/** Message numbers of one stretch: the first, and growing to the largest. */
const FIRST_STRETCH = 32;
const LARGEST_STRETCH = 32_768;
const GROWTH = 4;

export interface FindOrder extends Asked {
  readonly before: number | undefined;
  readonly limit: number;
}

export interface Finder {
  readonly find: (order: FindOrder) => readonly number[];
  /** These blocks of messages (known-answers.ts) changed. */
  readonly forget: (blocks: Iterable<number>) => void;
}

/** The numbers that can have arrived in between: exact to the hour, whatever the clock did. */
function createTimeBounds(db: Connection) {
  const first = db.prepare('SELECT min(first_id) FROM arrival WHERE hour >= ?').pluck();
  const last = db.prepare('SELECT max(last_id) FROM arrival WHERE hour <= ?').pluck();
  const hour = (at: number) => Math.floor(at / HOUR_MS);
  return (node: SearchNode | undefined) => {
    let [bottom, top] = [0, Infinity];
    for (const one of node?.kind === 'and' ? node.nodes : [node]) {
      if (one?.kind === 'after')
        bottom = Math.max(bottom, (first.get(hour(one.at)) as number | null) ?? Infinity);
      if (one?.kind === 'before')
        top = Math.min(top, ((last.get(hour(one.at - 1)) as number | null) ?? 0) + 1);
    }
    return { bottom, top };
  };
}

export function createFinder(db: Connection): Finder {
  const oldest = db.prepare('SELECT min(id) FROM message').pluck();
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const facts = createSearchFacts(db);
  const boundsOf = createTimeBounds(db);
  const snapshot = createSnapshot(db);
  const known = createKnownAnswers();
  const narrow = createNarrow(db, known);

  function find({ kind, folderId, node, before, limit }: FindOrder): readonly number[] {
    if (node?.kind === 'nothing') return [];
    const question = questionOf({ kind, folderId, node }, facts);
    const bounds = boundsOf(node);
    const bottom = Math.max(bounds.bottom, (oldest.get() as number | null) ?? 0);
    const ids: number[] = [];
    let end = Math.min(before ?? Infinity, bounds.top, ((newest.get() as number | null) ?? 0) + 1);
    for (let size = FIRST_STRETCH; end > bottom && ids.length < limit;) {
      const start = Math.max(bottom, end - size);
      const found = narrow(question, allBetween(start, end));
      for (const id of numbersOf(found, limit - ids.length)) ids.push(id);
      end = start;
      size = Math.min(size * GROWTH, LARGEST_STRETCH);
    }
    return ids;
  }
  return { find: (order) => snapshot(() => find(order)), forget: known.forget };
}
