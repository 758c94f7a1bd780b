/** Answers questions about stretches of messages: from what is known, by a list, or by a look at one after the other. */
import type { Connection, Statement } from '../database.ts';
import {
  add,
  allBetween,
  countOf,
  either,
  isEmpty,
  noneOf,
  numbersOf,
  rangeOf,
  without,
  type Bits,
} from './bits.ts';
import { BLOCK, type KnownAnswers } from './known-answers.ts';
import { ofId } from './search-conditions.ts';
import type { Condition, Means, Question } from './search-question.ts';

/** Statements kept for the next search of the same form. */
const KEPT_STATEMENTS = 60;

/** Those of the candidates that the question is true of. */
export type Narrow = (question: Question, candidates: Bits) => Bits;

export const listSql = ({ list: { id, from, where } }: Condition): string =>
  `SELECT ${id} FROM ${from} WHERE ${where}`;
export const testSql = ({ test }: Condition): string =>
  `SELECT j.value FROM json_each(@ids) j WHERE ${ofId(test, 'j.value')}`;

/** `reach`: whether what can be found out about older messages by the way is of use. */
export function createNarrow(
  db: Connection,
  known: KnownAnswers,
  reach: 'asked' | 'older' = 'older',
): Narrow {
  const oldest = db.prepare('SELECT min(id) FROM message').pluck();
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const lowest = () => (oldest.get() as number | null) ?? 0;
  const highest = () => (newest.get() as number | null) ?? 0;
  const statements = new Map<string, Statement>();
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql).pluck();
    if (statements.size >= KEPT_STATEMENTS) statements.clear();
    statements.set(sql, statement);
    return statement;
  };

  function learn({ key }: Condition, asked: Bits, ids: readonly number[]): void {
    const holding = noneOf(asked);
    for (const id of ids) add(holding, id);
    known.learn(key, asked, holding);
  }

  function readList(condition: Condition, { bound }: Means, unknown: Bits): void {
    const { start, end } = rangeOf(unknown);
    const ids = prepare(listSql(condition)).all({ ...bound, start, end });
    learn(condition, allBetween(start, end), ids as number[]);
  }

  /**
   * Down to the last number that is asked about, and then on until there are as many hits as could have been asked for:
   * where there are few, the full-text index reads as far by itself.
   */
  function readOn(condition: Condition, sequence: string, { bound, isWhole }: Means, unknown: Bits): void {
    const asked = rangeOf(unknown);
    const limit = isWhole ? Infinity : asked.end - asked.start;
    const start = Math.min(asked.start, lowest());
    const end = isWhole ? highest() + 1 : asked.end;
    const ids = prepare(sequence).all({ ...bound, start, end, limit: isWhole ? -1 : limit }) as number[];
    learn(condition, allBetween(ids.length === limit ? (ids.at(-1) ?? start) : start, end), ids);
  }

  /** To read on: not where no more than a block was forgotten. */
  function isOfUse({ key }: Condition, unknown: Bits): boolean {
    const below = rangeOf(unknown).start - BLOCK;
    if (reach === 'asked' || below < lowest()) return false;
    return !isEmpty(known.of(key, allBetween(below, below + 1)).unknown);
  }

  function testEach(condition: Condition, { bound }: Means, unknown: Bits): void {
    const ids = JSON.stringify(numbersOf(unknown));
    const holding = prepare(testSql(condition)).all({ ...bound, ids });
    learn(condition, unknown, holding as number[]);
  }

  function isShorter({ startCost, listCost, testCost }: Means, unknown: Bits): boolean {
    const { start, end } = rangeOf(unknown);
    return startCost + (end - start) * listCost < countOf(unknown) * testCost;
  }

  function holding(condition: Condition, candidates: Bits): Bits {
    const { holding: before, unknown } = known.of(condition.key, candidates);
    if (isEmpty(unknown)) return before;
    const means = condition.means();
    const { sequence } = condition;
    if (!means.isWhole && !isShorter(means, unknown)) testEach(condition, means, unknown);
    else if (sequence !== undefined && isOfUse(condition, unknown))
      readOn(condition, sequence, means, unknown);
    else readList(condition, means, unknown);
    return known.of(condition.key, candidates).holding;
  }

  function narrow(question: Question, candidates: Bits): Bits {
    if (isEmpty(candidates)) return candidates;
    switch (question.kind) {
      case 'condition':
        return holding(question.condition, candidates);
      case 'not':
        return without(candidates, narrow(question.of, candidates));
      case 'and':
        return question.of.reduce((left, one) => narrow(one, left), candidates);
      case 'or':
        return question.of.reduce(
          (found, one) => either(found, narrow(one, without(candidates, found))),
          noneOf(candidates),
        );
    }
  }
  return narrow;
}
