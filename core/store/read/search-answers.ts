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
import type { KnownAnswers } from './known-answers.ts';
import { ofId } from './search-conditions.ts';
import type { Bound, Condition, Question } from './search-question.ts';

/** Statements kept for the next search of the same form. */
const KEPT_STATEMENTS = 60;
/** What a statement costs before its first row, in rows. */
const STATEMENT_COST = 300;

/** For so few numbers not all of a list are read, though it cost the same. */
const FEW = 2048;

/** Those of the candidates that the question is true of. */
export type Narrow = (question: Question, candidates: Bits) => Bits;

export const listSql = ({ list: { id, from, where } }: Condition): string =>
  `SELECT ${id} FROM ${from} WHERE ${where}`;
export const testSql = ({ test }: Condition): string =>
  `SELECT j.value FROM json_each(@ids) j WHERE ${ofId(test, 'j.value')}`;

export function createNarrow(db: Connection, known: KnownAnswers): Narrow {
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
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

  function readList(condition: Condition, bound: Bound, unknown: Bits): void {
    const asked = rangeOf(unknown);
    const isAll = condition.isWhole(bound) && asked.end - asked.start > FEW;
    const { start, end } = isAll ? { start: 0, end: (newest.get() as number) + 1 } : asked;
    const ids = prepare(listSql(condition)).all({ ...bound, start, end });
    learn(condition, allBetween(start, end), ids as number[]);
  }

  function testEach(condition: Condition, bound: Bound, unknown: Bits): void {
    const ids = JSON.stringify(numbersOf(unknown));
    const holding = prepare(testSql(condition)).all({ ...bound, ids });
    learn(condition, unknown, holding as number[]);
  }

  function isShorter({ listCost, testCost }: Condition, unknown: Bits): boolean {
    const { start, end } = rangeOf(unknown);
    return STATEMENT_COST + (end - start) * listCost < countOf(unknown) * testCost;
  }

  function holding(condition: Condition, candidates: Bits): Bits {
    const { holding: before, unknown } = known.of(condition.key, candidates);
    if (isEmpty(unknown)) return before;
    const bound = condition.bind();
    if (condition.isWhole(bound) || isShorter(condition, unknown)) readList(condition, bound, unknown);
    else testEach(condition, bound, unknown);
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
