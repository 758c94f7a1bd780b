/** Lists: by key, newest first, never by offset. */
import { createSnapshot, INT, type Connection, type Statement } from '../database.ts';
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
  return `SELECT ${LIST_COLUMNS} FROM ${from} ${LIST_JOINS} WHERE ${where} ORDER BY ${order} DESC LIMIT ${INT}`;
}

/** `find` may take a while (a common word with a rare one), so it works elsewhere. */
export function createListMail(db: Connection, find: Search): ListMail {
  const complete = createRowCompleter(db);
  const snapshot = createSnapshot(db);
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

  function page(rows: readonly ListRow[], limit: number): MailPage {
    return { messages: rows.slice(0, limit).map(complete), hasMore: rows.length > limit };
  }

  async function found(query: MailQuery, search: SearchQuery, bound: readonly number[]): Promise<MailPage> {
    const { folder, before, limit } = query;
    const ids = await find({ kind: folder.kind, bound, search, before, limit: limit + 1 });
    return snapshot(() => {
      const rows = ids.map((id) => selectRow.get(id) as ListRow | undefined);
      return page(
        rows.filter((row) => row !== undefined),
        limit,
      );
    });
  }

  return (query) => {
    const bound = parameters(query.folder);
    if (bound === undefined) return Promise.resolve(EMPTY);
    if (query.search.trim() === '') {
      return Promise.resolve(snapshot(() => page(all(query, bound), query.limit)));
    }
    const search = parseSearch(query.search);
    return search === undefined ? Promise.resolve(EMPTY) : found(query, search, bound);
  };
}
