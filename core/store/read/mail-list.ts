/** Lists: by key, newest first, never by offset. Searches go through the index piece by piece. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { INT, type Connection, type Statement } from '../database.ts';
import type { MailFolder, MailPage, MailQuery } from '../mail-store.ts';
import { folderSql } from './folders.ts';
import { createRowCompleter, LIST_COLUMNS, LIST_JOINS, type ListRow } from './mail-rows.ts';
import { matchExpression, parseSearch, type SearchQuery } from './search-query.ts';

/** Message numbers that one piece of a search covers: the first, and growing to the largest. */
const FIRST_PIECE = 20_000;
const LARGEST_PIECE = 160_000;

const EMPTY: MailPage = { messages: [], hasMore: false };

export type ListMail = (query: MailQuery) => Promise<MailPage>;
type Prepare = (sql: string) => Statement;

/** Prepares each text once. */
function createPrepare(db: Connection): Prepare {
  const statements = new Map<string, Statement>();
  return (sql) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}

/** The list of one folder; binds the folder's parameters, `before`, the limit. */
export function listSql(kind: MailFolder['kind']): string {
  const { from, where, order } = folderSql[kind];
  return `SELECT ${LIST_COLUMNS} FROM ${from} ${LIST_JOINS} WHERE ${where} ORDER BY ${order} DESC LIMIT ?`;
}

/** One piece of a search; binds expression, end, start, the folder's parameters, the limit. */
export function searchSql(kind: MailFolder['kind'], query: SearchQuery): string {
  const { holds } = folderSql[kind];
  if (query.wanted !== '') {
    return `SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid >= ?
      AND ${holds.replace('ID', 'search.rowid')} ORDER BY rowid DESC LIMIT ?`;
  }
  return `SELECT m.id FROM message m WHERE m.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)
    AND m.id < ? AND m.id >= ? AND ${holds.replace('ID', 'm.id')} ORDER BY m.id DESC LIMIT ?`;
}

export function createListMail(db: Connection): ListMail {
  const complete = createRowCompleter(db);
  const prepare = createPrepare(db);
  const find = createFind(db, prepare);
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();

  /** The parameters that the folder's SQL binds first; undefined: no such folder. */
  function parameters(folder: MailFolder): readonly number[] | undefined {
    if (folder.kind !== 'mailbox' && folder.kind !== 'alias') return [];
    const id = findFolder.get(folder.kind, folder.name) as number | undefined;
    return id === undefined ? undefined : [id];
  }

  function listAll({ folder, before, limit }: MailQuery, bound: readonly number[]): readonly ListRow[] {
    const rows = prepare(listSql(folder.kind)).all(...bound, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    return rows as ListRow[];
  }

  return async (query) => {
    const bound = parameters(query.folder);
    if (bound === undefined) return EMPTY;
    const isSearch = query.search.trim() !== '';
    const search = isSearch ? parseSearch(query.search) : undefined;
    if (isSearch && search === undefined) return EMPTY;
    const rows = search === undefined ? listAll(query, bound) : await find(query, search, bound);
    return { messages: rows.slice(0, query.limit).map(complete), hasMore: rows.length > query.limit };
  };
}

type Find = (query: MailQuery, search: SearchQuery, bound: readonly number[]) => Promise<readonly ListRow[]>;

/** Newest first by message number, never by rank: a common word would have to be ranked a million times. */
function createFind(db: Connection, prepare: Prepare): Find {
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const selectRow = db.prepare(`SELECT ${LIST_COLUMNS} FROM message m ${LIST_JOINS} WHERE m.id = ${INT}`);

  return async ({ folder, before, limit }, search, bound) => {
    const statement = prepare(searchSql(folder.kind, search)).pluck();
    const expression = search.wanted === '' ? search.unwanted : matchExpression(search);
    const top = ((newest.get() as number | null) ?? 0) + 1;
    const ids: number[] = [];
    let end = Math.min(before ?? top, top);
    for (let size = FIRST_PIECE; ; size = Math.min(size * 2, LARGEST_PIECE)) {
      const start = Math.max(0, end - size);
      ids.push(...(statement.all(expression, end, start, ...bound, limit + 1 - ids.length) as number[]));
      if (ids.length > limit || start === 0) break;
      end = start;
      await nextTurn();
    }
    return ids.map((id) => selectRow.get(id) as ListRow | undefined).filter((row) => row !== undefined);
  };
}
