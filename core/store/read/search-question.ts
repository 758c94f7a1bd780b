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
import { ANY_BEGINNING, textMatch } from './search-text.ts';

export type Bound = Readonly<Record<string, SqlValue>>;

export interface Condition {
  /** The same for the same condition. */
  readonly key: string;
  /** SQL that is true of the messages (`ID`) that it holds for. */
  readonly test: string;
  readonly list: List;
  /** What it costs to read the list, for each message that is asked about or not; and to test one. In rows of a list. */
  readonly listCost: number;
  readonly testCost: number;
  /** What the SQL binds, beside the range of the list. */
  readonly bind: () => Bound;
  /** The list costs the same for a few numbers as for all. */
  readonly isWhole: (bound: Bound) => boolean;
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
/** Measured at a million messages: a row of a list takes 0.1 us, a test by key 0.5 to 2, one of the full-text index 90. */
const KEY_COST = 10;
/** Of a list that tests all messages in their order. */
const TESTED_COST = 3;
const TEXT_COST = 900;
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
  return combined('and', [folder, ...flat(createQuestions(facts, isListed)(node))]);
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
  const condition: Condition = {
    key: `${list.from} ${test} ${JSON.stringify(bound)}`,
    test,
    list,
    listCost:
      list.count === Infinity ? TESTED_COST : Math.min(1, list.count / Math.max(1, facts.count('kept'))),
    testCost: KEY_COST,
    bind: () => bound,
    isWhole: () => false,
  };
  return { kind: 'condition', condition, weight: list.count };
}

/** All messages, each tested: where there is no index for what is asked. */
const allTested = (test: string, isListed: boolean): List => ({
  from: isListed ? 'message m INDEXED BY message_kept' : 'message m',
  where: `${isListed ? 'm.deleted_at IS NULL AND ' : ''}${within('m.id')} AND ${ofId(test, 'm.id')}`,
  id: 'm.id',
  count: Infinity,
});

/** From nodes to questions. `isListed`: nothing that is asked about is in the Bin. */
function createQuestions(facts: SearchFacts, isListed: boolean): (node: SearchNode) => Question {
  const kept = facts.count('kept');

  const not = (of: Question): Question => ({ kind: 'not', of, weight: Math.max(of.weight, kept + 1) });

  function ofWords(node: SearchNode): Question | undefined {
    const match = textMatch(node);
    if (match === undefined) return undefined;
    const isWanted = 'wanted' in match;
    const expression = isWanted ? match.wanted : match.unwanted;
    let bound: Bound | undefined;
    const condition: Condition = {
      key: expression,
      test: 'EXISTS (SELECT 1 FROM search WHERE search MATCH @words AND rowid = ID)',
      list: { from: 'search', where: `search MATCH @words AND ${within('rowid')}`, id: 'rowid', count: kept },
      listCost: 1,
      testCost: TEXT_COST,
      bind() {
        if (bound !== undefined) return bound;
        const words = textMatch(node, facts.beginning) ?? match;
        bound = { words: 'wanted' in words ? words.wanted : words.unwanted };
        return bound;
      },
      isWhole: ({ words }) => String(words).includes(ANY_BEGINNING),
    };
    const question: Question = { kind: 'condition', condition, weight: kept * SHARE_WITH_WORDS };
    return isWanted ? question : not(question);
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
