/**
 * Full-text search: the numbers of messages that match, newest first. By number and never by rank, because a common
 * word would have to be ranked a million times. Piece by piece, so that a page of hits ends the work.
 */
import { INT, type Connection, type Statement } from '../database.ts';
import type { MailFolder } from '../mail-store.ts';
import { folderSql } from './folders.ts';
import { matchExpression, type SearchQuery } from './search-query.ts';

/** Message numbers that one piece covers: the first, and growing to the largest. */
const FIRST_PIECE = 20_000;
const LARGEST_PIECE = 160_000;

export interface FindOrder {
  readonly kind: MailFolder['kind'];
  /** What the folder's SQL binds. */
  readonly bound: readonly number[];
  readonly search: SearchQuery;
  readonly before: number | undefined;
  readonly limit: number;
}

export type FindIds = (order: FindOrder) => readonly number[];

/** One piece; binds expression, end, start, the folder's parameters, the limit. */
export function searchSql(kind: MailFolder['kind'], search: SearchQuery): string {
  const { holds } = folderSql[kind];
  if (search.wanted !== '') {
    return `SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid >= ?
      AND ${holds.replace('ID', 'search.rowid')} ORDER BY rowid DESC LIMIT ${INT}`;
  }
  return `SELECT m.id FROM message m WHERE m.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)
    AND m.id < ? AND m.id >= ? AND ${holds.replace('ID', 'm.id')} ORDER BY m.id DESC LIMIT ${INT}`;
}

export function createFindIds(db: Connection): FindIds {
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const statements = new Map<string, Statement>();
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql).pluck();
    statements.set(sql, statement);
    return statement;
  };

  return ({ kind, bound, search, before, limit }) => {
    const statement = prepare(searchSql(kind, search));
    const expression = search.wanted === '' ? search.unwanted : matchExpression(search);
    const top = ((newest.get() as number | null) ?? 0) + 1;
    const ids: number[] = [];
    let end = Math.min(before ?? top, top);
    for (let size = FIRST_PIECE; ; size = Math.min(size * 2, LARGEST_PIECE)) {
      const start = Math.max(0, end - size);
      ids.push(...(statement.all(expression, end, start, ...bound, limit - ids.length) as number[]));
      if (ids.length >= limit || start === 0) return ids;
      end = start;
    }
  };
}
