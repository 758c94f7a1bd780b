/**
 * What a search asks of a message: conditions, each with the ways to find out, in the order in which the fewest messages
 * are asked.
 */
import type { SearchNode } from '../../mail/search/search.ts';
import type { MailFolder } from '../mail-store.ts';
import { folderSql } from './folders.ts';
import {
  listOf,
  ofId,
  testOf,
  within,
  type List,
  type SearchFacts,
  type SqlValue,
} from './search-conditions.ts';
import { ANY_BEGINNING, leafMatch, leavesOf, textMatch, textTest, type TextMatch } from './search-text.ts';

export type Bound = Readonly<Record<string, SqlValue>>;

export interface Condition {
  /** The same for the same condition. */
  readonly key: string;
  /** SQL that is true of the messages (`ID`) that it holds for. */
  readonly test: string;
  /** All messages of a range that it holds for. */
  readonly list: List;
  /** The same, newest first and no more than `@limit`: it can be read on into older mail. */
  readonly sequence?: string;
  readonly means: () => Means;
}

/** How to find out whether a condition holds, and what it costs, in rows of a list. */
export interface Means {
  /** What the SQL binds, beside the range of the list. */
  readonly bound: Bound;
  readonly testCost: number;
  /** Of the list: before its first row; and for each message in the range, whether it is in the list or not. */
  readonly startCost: number;
  readonly listCost: number;
  /** A few rows of the list cost the same as all. */
  readonly isWhole: boolean;
}

/** `weight`: about how many messages of all are left by it. */
export type Question = { readonly weight: number } & (
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'not'; readonly of: Question }
  /** The lightest first. */
  | { readonly kind: 'and' | 'or'; readonly of: readonly Question[] }
);

export interface Asked {
  readonly kind: MailFolder['kind'];
  /** Of a mailbox, alias or tag. */
  readonly folderId: number | undefined;
  /** undefined: everything in the folder. */
  readonly node: SearchNode | undefined;
}

/** Nobody knows how many messages have some words: such a part of all is taken for it. */
const SHARE_WITH_WORDS = 0.02;
/**
 * Costs, measured at a million messages: a row of a list takes 0.1 us; a test by key 0.5 to 2, and somewhat less in a list
 * that tests all messages in their order; a statement 30, and 90 for each word of the full-text index.
 */
const KEY_COST = 10;
const TESTED_COST = 3;
const STATEMENT_COST = 300;
const WORD_COST = 900;
const OPPOSITE = { read: 'unread', unread: 'read', starred: 'unstarred', unstarred: 'starred' } as const;
const COUNTER = {
  all: 'kept',
  unread: 'unread',
  starred: 'starred',
  undeliverable: 'undeliverable',
  bin: 'bin',
  held: 'queue:hold',
} as const;

/** Mail of the folder that the search finds. */
export function questionOf({ kind, folderId, node }: Asked, facts: SearchFacts): Question {
  const folder = folderQuestion({ kind, folderId }, facts);
  if (node === undefined) return folder;
  // What these have may be in the Bin, and so in no list.
  const isListed = kind !== 'bin' && kind !== 'held';
  // That a message is kept comes last: it leaves most, and nothing that is listed is in the Bin.
  const last = kind === 'all' ? { ...folder, weight: Infinity } : folder;
  return combined('and', [...flat(createQuestions(facts, isListed)(node)), last]);
}

const flat = (question: Question) => (question.kind === 'and' ? question.of : [question]);

function combined(kind: 'and' | 'or', some: readonly Question[]): Question {
  const of = [...some].sort((a, b) => a.weight - b.weight);
  const weights = of.map(({ weight }) => weight);
  const weight = kind === 'and' ? Math.min(...weights) : weights.reduce((sum, one) => sum + one, 0);
  return { kind, of, weight };
}

function folderQuestion({ kind, folderId }: Omit<Asked, 'node'>, facts: SearchFacts): Question {
  const { from, filter, order, holds } = folderSql[kind];
  const named = (sql: string) => sql.replace('FOLDER', 'CAST(@folder AS INTEGER)');
  const count =
    kind === 'mailbox' || kind === 'alias' || kind === 'tag'
      ? facts.total(folderId ?? 0)
      : facts.count(COUNTER[kind]);
  const list = { from, where: `${named(filter)} AND ${within(order)}`, id: order, count };
  const bound = folderId === undefined ? {} : { folder: folderId };
  return byKey({ test: named(holds), list, bound }, facts);
}

/** A condition that is tested by keys of tables. */
function byKey(
  { test, list, bound }: { readonly test: string; readonly list: List; readonly bound: Bound },
  facts: SearchFacts,
): Question {
  const share = Math.min(1, list.count / Math.max(1, facts.count('kept')));
  const means: Means = {
    bound,
    testCost: KEY_COST,
    startCost: STATEMENT_COST,
    listCost: list.count === Infinity ? TESTED_COST : share,
    isWhole: false,
  };
  const key = `${list.from} ${test} ${JSON.stringify(bound)}`;
  const condition: Condition = { key, test, list, means: () => means };
  return { kind: 'condition', condition, weight: list.count };
}

/** All messages, each tested: where there is no index for what is asked. */
const allTested = (test: string, isListed: boolean): List => ({
  from: isListed ? 'message m INDEXED BY message_kept' : 'message m',
  where: `${isListed ? 'm.deleted_at IS NULL AND ' : ''}${within('m.id')} AND ${ofId(test, 'm.id')}`,
  id: 'm.id',
  count: Infinity,
});

const expressionOf = (match: TextMatch) => ('wanted' in match ? match.wanted : match.unwanted);
/** How many words it looks up, at least. */
const wordCount = (expressions: readonly string[]) =>
  expressions.reduce((count, expression) => count + expression.split(' OR ').length, 0);

const SEQUENCE = `SELECT rowid FROM search WHERE search MATCH @words AND ${within('rowid')} ORDER BY rowid DESC LIMIT CAST(@limit AS INTEGER)`;

/**
 * What a text's expression matches. In the sequence FTS5 puts the words together; in list and test SQL does, for FTS5 goes
 * on from a message that does not match to the next that does, out of any range, and that may be the last of all.
 */
function wordCondition(node: SearchNode, match: TextMatch, facts: SearchFacts): Condition {
  const leaves = leavesOf(node);
  const testWith = (search: (words: string) => string) => {
    const test = textTest(node, (leaf) =>
      search(`SELECT rowid FROM search WHERE search MATCH @word${leaves.indexOf(leaf)}`),
    );
    return 'wanted' in match ? test : `NOT ${test}`;
  };
  const single = testWith((words) => `EXISTS (${words} AND rowid = ID)`);
  const ranged = testWith((words) => `m.id IN (${words} AND ${within('rowid')})`);
  let known: Means | undefined;
  function means(): Means {
    const words = expressionOf(textMatch(node, facts.beginning) ?? match);
    const each = leaves.map((leaf) => leafMatch(leaf, facts.beginning) ?? '');
    const cost = wordCount(each) * WORD_COST;
    return {
      bound: { words, ...Object.fromEntries(each.map((word, index) => [`word${index}`, word])) },
      testCost: cost,
      startCost: cost,
      listCost: 1,
      isWhole: words.includes(ANY_BEGINNING),
    };
  }
  return {
    key: expressionOf(match),
    test: single,
    list: {
      from: 'message m',
      where: `${within('m.id')} AND ${ranged}`,
      id: 'm.id',
      count: facts.count('kept'),
    },
    sequence: SEQUENCE,
    means: () => (known ??= means()),
  };
}

/** From nodes to questions. `isListed`: nothing that is asked about is in the Bin. */
function createQuestions(facts: SearchFacts, isListed: boolean): (node: SearchNode) => Question {
  const kept = facts.count('kept');

  const not = (of: Question): Question => ({ kind: 'not', of, weight: Math.max(of.weight, kept + 1) });

  function ofWords(node: SearchNode): Question | undefined {
    const match = textMatch(node);
    if (match === undefined) return undefined;
    const question: Question = {
      kind: 'condition',
      condition: wordCondition(node, match, facts),
      weight: kept * SHARE_WITH_WORDS,
    };
    return 'wanted' in match ? question : not(question);
  }

  function ofKeys(node: SearchNode): Question {
    const bound: Record<string, SqlValue> = {};
    const bind = (value: SqlValue) => {
      const name = `p${Object.keys(bound).length}`;
      bound[name] = value;
      return `@${name}`;
    };
    const test = testOf(node, facts, bind);
    const list = (isListed ? listOf(node, facts, bind) : undefined) ?? allTested(test, isListed);
    return byKey({ test, list, bound }, facts);
  }

  function of(node: SearchNode): Question {
    const words = ofWords(node);
    if (words !== undefined) return words;
    if (node.kind === 'not') {
      const { node: inner } = node;
      return inner.kind === 'is' ? of({ kind: 'is', flag: OPPOSITE[inner.flag] }) : not(of(inner));
    }
    if (node.kind === 'and' || node.kind === 'or') {
      // Words go into one expression: the full-text index is the best at putting them together.
      const texts = node.nodes.filter((one) => textMatch(one) !== undefined);
      const others = node.nodes.filter((one) => textMatch(one) === undefined).map(of);
      return combined(
        node.kind,
        texts.length === 0 ? others : [of({ kind: node.kind, nodes: texts }), ...others],
      );
    }
    // Few have a star: their list says more than a look at each message.
    if (node.kind === 'is' && node.flag === 'unstarred') return not(ofKeys({ kind: 'is', flag: 'starred' }));
    return ofKeys(node);
  }
  return of;
}
