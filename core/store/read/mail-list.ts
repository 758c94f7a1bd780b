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

export function createListMail(db: Connection): ListMail {
  const complete = createRowCompleter(db);
  const statements = new Map<string, Statement>();
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();
  const newest = db.prepare('SELECT max(id) FROM message').pluck();
  const selectRow = db.prepare(`SELECT ${LIST_COLUMNS} FROM message m ${LIST_JOINS} WHERE m.id = ${INT}`);

  /** The parameters that the folder's SQL binds first; undefined: no such folder. */
  function parameters(folder: MailFolder): readonly number[] | undefined {
    if (folder.kind !== 'mailbox' && folder.kind !== 'alias') return [];
    const id = findFolder.get(folder.kind, folder.name) as number | undefined;
    return id === undefined ? undefined : [id];
  }

  function page(rows: readonly ListRow[], limit: number): MailPage {
    return { messages: rows.slice(0, limit).map(complete), hasMore: rows.length > limit };
  }

  function listAll({ folder, before, limit }: MailQuery, bound: readonly number[]): MailPage {
    const { list, order } = folderSql[folder.kind];
    const [from, ...where] = list.split(' WHERE ');
    const sql = `SELECT ${LIST_COLUMNS} ${from ?? ''} ${LIST_JOINS} WHERE ${where.join(' WHERE ')} ORDER BY ${order} DESC LIMIT ?`;
    const rows = prepared(sql).all(...bound, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    return page(rows as ListRow[], limit);
  }

  function piece(kind: MailFolder['kind'], query: SearchQuery): Statement {
    const { holds } = folderSql[kind];
    if (query.wanted !== '') {
      return prepared(
        `SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid >= ?
           AND ${holds.replace('ID', 'search.rowid')} ORDER BY rowid DESC LIMIT ?`,
      ).pluck();
    }
    return prepared(
      `SELECT m.id FROM message m WHERE m.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)
         AND m.id < ? AND m.id >= ? AND ${holds.replace('ID', 'm.id')} ORDER BY m.id DESC LIMIT ?`,
    ).pluck();
  }

  async function find(query: MailQuery, search: SearchQuery, bound: readonly number[]): Promise<MailPage> {
    const statement = piece(query.folder.kind, search);
    const expression = search.wanted === '' ? search.unwanted : matchExpression(search);
    const top = ((newest.get() as number | null) ?? 0) + 1;
    const ids: number[] = [];
    let end = Math.min(query.before ?? top, top);
    let size = FIRST_PIECE;
    for (;;) {
      const start = Math.max(0, end - size);
      const wanted = query.limit + 1 - ids.length;
      ids.push(...(statement.all(expression, end, start, ...bound, wanted) as number[]));
      if (ids.length > query.limit || start === 0) break;
      end = start;
      size = Math.min(size * 2, LARGEST_PIECE);
      await nextTurn();
    }
    const rows = ids.map((id) => selectRow.get(id) as ListRow | undefined).filter((row) => row !== undefined);
    return page(rows, query.limit);
  }

  return async (query) => {
    const bound = parameters(query.folder);
    if (bound === undefined) return EMPTY;
    if (query.search.trim() === '') return listAll(query, bound);
    const search = parseSearch(query.search);
    return search === undefined ? EMPTY : find(query, search, bound);
  };
}
