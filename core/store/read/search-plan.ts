/**
 * Makes SQL of a search: which list of message numbers is gone through, newest first, and what is asked of each. The
 * full-text index leads wherever words are asked for; only a list known to be short goes before it. One statement
 * covers one piece of the numbers, so that a page of hits ends the work.
 */
import type { SearchNode } from '../../mail/search/search.ts';
import type { MailFolder } from '../mail-store.ts';
import { folderSql } from './folders.ts';
import {
  driverOf,
  testOf,
  textTest,
  within,
  type Driver,
  type SearchFacts,
  type SqlValue,
} from './search-conditions.ts';
import { allMatch, textMatch } from './search-text.ts';

/** A list so short is asked one by one whether the words are in it: some 30 us each. */
const SHORT_LIST = 100;
/** Of a list that is neither short nor most of the mail so many are asked, to see whether the words are often in it. */
const SAMPLE = 40;
const OFTEN_IN_SAMPLE = 4;
/** A larger part of all mail than this is met often enough when the words lead. */
const LARGE_SHARE = 0.01;
const FOLDER = 'CAST(@folder AS INTEGER)';

export interface PlanInput {
  readonly kind: MailFolder['kind'];
  /** Of a mailbox, alias or tag. */
  readonly folderId: number | undefined;
  /** undefined: everything in the folder. */
  readonly node: SearchNode | undefined;
  readonly facts: SearchFacts;
  /** What to go through where there is a choice, when that is known. */
  readonly lead?: 'words' | 'list' | undefined;
}

/** Counts how many of the newest in a list have the words; binds what the plan binds, without a limit. */
export interface Sample {
  readonly sql: string;
  /** From so many on, the list is to lead. */
  readonly isOften: number;
}

export interface SearchPlan {
  /** Binds @start, @end and @limit beside what is in `bound`. */
  readonly sql: string;
  readonly bound: Readonly<Record<string, SqlValue>>;
  /** Arrived before and after these times (ms): bounds for the numbers. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Where only a look tells whether the words or the list should lead. */
  readonly sample: Sample | undefined;
}

const conjuncts = (node: SearchNode | undefined): readonly SearchNode[] => {
  if (node === undefined) return [];
  return node.kind === 'and' ? node.nodes.flatMap(conjuncts) : [node];
};

/** The folder's own list. */
function folderDriver(kind: MailFolder['kind']): Driver {
  const { from, filter, order } = folderSql[kind];
  const where = `${filter.replace('FOLDER', FOLDER)} AND ${within(order)}`;
  return { from, where, id: order, count: Infinity };
}

const shortestOf = (drivers: readonly Driver[]): Driver | undefined =>
  drivers.reduce<Driver | undefined>(
    (best, driver) => (best === undefined || driver.count < best.count ? driver : best),
    undefined,
  );

interface Choice {
  readonly driver: Driver;
  /** The list that may be the better one. */
  readonly other: Driver | undefined;
}

/** The list to go through: the shortest that is known, but words before anything that is not short. */
function choose(
  shortest: Driver | undefined,
  words: Driver | undefined,
  { folder, kept, lead }: { folder: Driver; kept: number; lead: PlanInput['lead'] },
): Choice {
  if (words === undefined) return { driver: shortest ?? folder, other: undefined };
  if (shortest === undefined || lead === 'words') return { driver: words, other: undefined };
  if (shortest.count <= SHORT_LIST || lead === 'list') return { driver: shortest, other: undefined };
  return { driver: words, other: shortest.count < kept * LARGE_SHARE ? shortest : undefined };
}

const sampleSql = (list: Driver, expression: string) =>
  `SELECT count(*) FROM (SELECT ${list.id} AS id FROM ${list.from} WHERE ${list.where} ORDER BY ${list.id} DESC LIMIT ${SAMPLE}) s
    WHERE EXISTS (SELECT 1 FROM search WHERE search MATCH ${expression} AND rowid = s.id)`;

export function planSearch({ kind, folderId, node, facts, lead }: PlanInput): SearchPlan {
  const bound: Record<string, SqlValue> = folderId === undefined ? {} : { folder: folderId };
  const bind = (value: SqlValue) => {
    const name = `p${Object.keys(bound).length}`;
    bound[name] = value;
    return `@${name}`;
  };
  const all = conjuncts(node);
  const texts = all.map(textMatch).filter((match) => match !== undefined);
  const text = texts.length === 0 ? undefined : allMatch(texts);
  const others = all.filter((one) => textMatch(one) === undefined);
  const expression = text !== undefined && 'wanted' in text ? bind(text.wanted) : undefined;
  const words: Driver | undefined =
    expression === undefined
      ? undefined
      : {
          from: 'search',
          where: `search MATCH ${expression} AND ${within('search.rowid')}`,
          id: 'search.rowid',
          count: Infinity,
        };
  // What is in the Bin is in no other list than the Bin's.
  const lists = others
    .filter((one) => kind !== 'bin' || one.kind === 'queue-id')
    .map((one) => driverOf(one, facts, bind))
    .filter((driver) => driver !== undefined);
  const folder = folderDriver(kind);
  const { driver, other } = choose(shortestOf(lists), words, { folder, kept: facts.count('kept'), lead });
  const tests = others.map((one) => testOf(one, facts, bind));
  if (text !== undefined && driver !== words) {
    tests.unshift(
      expression === undefined
        ? textTest(text, bind)
        : `EXISTS (SELECT 1 FROM search WHERE search MATCH ${expression} AND rowid = ID)`,
    );
  }
  if (driver !== folder) tests.push(folderSql[kind].holds.replace('FOLDER', FOLDER));
  const conditions = [driver.where, ...tests.map((test) => test.replaceAll(/\bID\b/gu, driver.id))];
  return {
    sql: `SELECT ${driver.id} FROM ${driver.from} WHERE ${conditions.join(' AND ')} ORDER BY ${driver.id} DESC LIMIT CAST(@limit AS INTEGER)`,
    bound,
    before: earliest(all),
    after: latest(all),
    sample:
      other === undefined || expression === undefined
        ? undefined
        : { sql: sampleSql(other, expression), isOften: OFTEN_IN_SAMPLE },
  };
}

const earliest = (all: readonly SearchNode[]) =>
  all.reduce<number | undefined>(
    (bound, node) => (node.kind === 'before' ? Math.min(bound ?? Infinity, node.at) : bound),
    undefined,
  );
const latest = (all: readonly SearchNode[]) =>
  all.reduce<number | undefined>(
    (bound, node) => (node.kind === 'after' ? Math.max(bound ?? -Infinity, node.at) : bound),
    undefined,
  );
