/** Lists: by key, newest first, never by offset. */
import { parseSearch, type SearchNode } from '../../mail/search/search.ts';
import { SearchSyntaxError } from '../errors.ts';
import { createSnapshot, INT, type Connection, type Statement } from '../database.ts';
import type { MailFolder, MailPage, MailQuery, MailRow } from '../mail-store.ts';
import type { Search } from '../searcher.ts';
import { folderPage, folderSql } from './folders.ts';
import { createThreadReader, newestOfThread } from './threads.ts';
import { createRowCompleter, LIST_COLUMNS, LIST_JOINS, type ListRow } from './mail-rows.ts';

const EMPTY: MailPage = { messages: [], hasMore: false };

export interface MailLists {
  list(query: MailQuery): Promise<MailPage>;
  thread(id: number): readonly MailRow[];
  /** The numbers alone: of a folder, or of what a search finds in it. */
  ids(query: MailQuery): Promise<readonly number[]>;
}

/** The list of one folder; binds the folder's parameters, `before`, the limit. */
export function listSql(kind: MailFolder['kind'], isThreaded = false): string {
  const { from, join, order } = folderSql[kind];
  const newest = isThreaded
    ? ` AND ${newestOfThread(kind).replace('ID', order).replace('FOLDER', 'f.folder_id')}`
    : '';
  return `SELECT ${LIST_COLUMNS} FROM ${from} ${join} ${LIST_JOINS} WHERE ${folderPage(kind)}${newest} ORDER BY ${order} DESC LIMIT ${INT}`;
}

/** `find` may take a while (a common word with a rare one), so it works elsewhere. */
export function createListMail(db: Connection, find: Search, now: () => number): MailLists {
  const complete = createRowCompleter(db);
  const snapshot = createSnapshot(db);
  const lists = new Map<string, Statement>();
  const threads = createThreadReader(db);
  const findFolder = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ?').pluck();
  // Case does not tell tags apart.
  const findTag = db.prepare('SELECT id FROM folder WHERE kind = ? AND name = ? COLLATE NOCASE').pluck();
  const selectRow = db.prepare(`SELECT ${LIST_COLUMNS} FROM message m ${LIST_JOINS} WHERE m.id = ${INT}`);

  /** The parameters that the folder's SQL binds first; undefined: no such folder. */
  function parameters(folder: MailFolder): readonly number[] | undefined {
    if (!('name' in folder)) return [];
    const named = folder.kind === 'tag' ? findTag : findFolder;
    const id = named.get(folder.kind, folder.name) as number | undefined;
    return id === undefined ? undefined : [id];
  }

  function all(
    { folder: { kind }, isThreaded = false, before, limit }: MailQuery,
    bound: readonly number[],
  ): readonly ListRow[] {
    const sql = listSql(kind, isThreaded);
    const list = lists.get(sql) ?? db.prepare(sql);
    lists.set(sql, list);
    return list.all(...bound, before ?? Number.MAX_SAFE_INTEGER, limit + 1) as ListRow[];
  }

  function page(rows: readonly ListRow[], limit: number): MailPage {
    return { messages: rows.slice(0, limit).map(complete), hasMore: rows.length > limit };
  }

  function nodeOf(search: string): SearchNode | undefined {
    const parsed = parseSearch(search, now());
    if (parsed.kind === 'wrong') throw new SearchSyntaxError(parsed.problem);
    return parsed.node;
  }

  async function found(query: MailQuery, node: SearchNode, bound: readonly number[]): Promise<MailPage> {
    const { folder, before, limit } = query;
    const ids = await find({ kind: folder.kind, folderId: bound[0], node, before, limit: limit + 1 });
    return snapshot(() => {
      const rows = ids.map((id) => selectRow.get(id) as ListRow | undefined);
      return page(
        rows.filter((row) => row !== undefined),
        limit,
      );
    });
  }

  return {
    async list(query) {
      const bound = parameters(query.folder);
      const node = nodeOf(query.search);
      if (bound === undefined) return EMPTY;
      if (node === undefined) return snapshot(() => page(all(query, bound), query.limit));
      return found(query, node, bound);
    },
    thread: (id) =>
      snapshot(() =>
        threads
          .members(id)
          .map((member) => selectRow.get(member) as ListRow | undefined)
          .filter((row) => row !== undefined)
          .map(complete),
      ),
    async ids({ folder, search, before, limit }) {
      const bound = parameters(folder);
      const node = nodeOf(search);
      if (bound === undefined) return [];
      return find({ kind: folder.kind, folderId: bound[0], node, before, limit });
    },
  };
}
