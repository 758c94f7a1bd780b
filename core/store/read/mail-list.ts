/** Lists: by key, newest first, never by offset. */
import { INT, type Connection, type Statement } from '../database.ts';
import type { MailFolder, MailPage, MailQuery } from '../mail-store.ts';
import type { Search } from '../searcher.ts';
import { folderSql } from './folders.ts';
import { createRowCompleter, LIST_COLUMNS, LIST_JOINS, type ListRow } from './mail-rows.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';

const EMPTY: MailPage = { messages: [], hasMore: false };

export type ListMail = (query: MailQuery) => Promise<MailPage>;

/** The list of one folder; binds the folder's parameters, `before`, the limit. */
export function listSql(kind: MailFolder['kind']): string {
  const { from, where, order } = folderSql[kind];
  return `SELECT ${LIST_COLUMNS} FROM ${from} ${LIST_JOINS} WHERE ${where} ORDER BY ${order} DESC LIMIT ?`;
}

/** `find` may take a while (a common word with a rare one), so it works elsewhere. */
export function createListMail(db: Connection, find: Search): ListMail {
  const complete = createRowCompleter(db);
  const lists = new Map<MailFolder['kind'], Statement>();
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();
  const selectRow = db.prepare(`SELECT ${LIST_COLUMNS} FROM message m ${LIST_JOINS} WHERE m.id = ${INT}`);

  /** The parameters that the folder's SQL binds first; undefined: no such folder. */
  function parameters(folder: MailFolder): readonly number[] | undefined {
    if (folder.kind !== 'mailbox' && folder.kind !== 'alias') return [];
    const id = findFolder.get(folder.kind, folder.name) as number | undefined;
    return id === undefined ? undefined : [id];
  }

  function all({ folder: { kind }, before, limit }: MailQuery, bound: readonly number[]): readonly ListRow[] {
    const list = lists.get(kind) ?? db.prepare(listSql(kind));
    lists.set(kind, list);
    return list.all(...bound, before ?? Number.MAX_SAFE_INTEGER, limit + 1) as ListRow[];
  }

  async function found(
    { folder: { kind }, before, limit }: MailQuery,
    search: SearchQuery,
    bound: readonly number[],
  ): Promise<readonly ListRow[]> {
    const ids = await find({ kind, bound, search, before, limit: limit + 1 });
    return ids.map((id) => selectRow.get(id) as ListRow | undefined).filter((row) => row !== undefined);
  }

  return async (query) => {
    const bound = parameters(query.folder);
    if (bound === undefined) return EMPTY;
    const isSearch = query.search.trim() !== '';
    const search = isSearch ? parseSearch(query.search) : undefined;
    if (isSearch && search === undefined) return EMPTY;
    const rows = search === undefined ? all(query, bound) : await found(query, search, bound);
    return { messages: rows.slice(0, query.limit).map(complete), hasMore: rows.length > query.limit };
  };
}
