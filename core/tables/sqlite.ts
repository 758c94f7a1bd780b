/** sqlite:/file with `dbpath`, `query`, `result_format`, `domain`, `expansion_limit` (sqlite_table(5)). */
import type { Found, SqliteQuery, TableType } from './context.ts';
import { foldKey, tablePath } from './context.ts';
import { logicalLines, readSource } from './lines.ts';
import { splitWords } from './words.ts';

interface Settings {
  readonly path: string;
  readonly query: string;
  readonly format: string;
  readonly domains: readonly string[];
  readonly expansionLimit: number;
}

function parseSettings(text: string): Settings | { readonly failure: string } {
  const values = new Map<string, string>();
  for (const { text: line } of logicalLines(text, () => undefined)) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const path = values.get('dbpath') ?? '';
  const query = values.get('query') ?? '';
  if (path === '') return { failure: 'bad string length 0 < 1: dbpath =' };
  if (query === '') return { failure: 'query is empty' };
  return {
    path,
    query,
    format: values.get('result_format') ?? '%s',
    domains: splitWords(values.get('domain') ?? '').map(foldKey),
    expansionLimit: Number(values.get('expansion_limit') ?? '0'),
  };
}

/** `%s`, `%u`, `%d`, `%1`..`%9` (db_common_expand); undefined: the key lacks the part, the query is not made. */
function expand(format: string, text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const user = at < 0 ? text : text.slice(0, at);
  const domain = at < 0 ? undefined : text.slice(at + 1);
  const labels = domain?.split('.').reverse() ?? [];
  const missing: string[] = [];
  const expanded = format.replace(/%(.)/g, (_, letter: string) => {
    if (letter === '%') return '%';
    if (letter === 's' || letter === 'S') return text;
    if (letter === 'u' || letter === 'U') return user;
    const part = letter === 'd' || letter === 'D' ? domain : labels[Number(letter) - 1];
    if (part === undefined) missing.push(letter);
    return part ?? '';
  });
  return missing.length === 0 ? expanded : undefined;
}

const quoteSql = (text: string): string => text.replace(/'/g, "''");

/** The query with its `%` parts as bound parameters is not possible: they may stand inside quotes already. */
function buildQuery(query: string, key: string): string | undefined {
  return expand(query, quoteSql(key));
}

export const sqlite: TableType = (name, { config, openSqlite, drafts }) => {
  const path = tablePath(name, config);
  const source = readSource(path, drafts);
  if (!source.ok) return { failure: `open ${path}: ${source.reason}` };
  const parsed = parseSettings(source.text);
  if ('failure' in parsed) return { failure: `${path}: ${parsed.failure}` };
  const settings: Settings = parsed;
  if (openSqlite === undefined) return { failure: 'sqlite: tables are not available here' };
  const failedOpening = (error: unknown) => ({
    failure: `sqlite: open ${settings.path}: ${(error as Error).message}`,
  });
  let database: SqliteQuery;
  try {
    database = openSqlite(settings.path);
  } catch (error) {
    return failedOpening(error);
  }

  function find(key: string): Found {
    const folded = foldKey(key);
    const domain = folded.slice(folded.lastIndexOf('@') + 1);
    if (settings.domains.length > 0 && (!folded.includes('@') || !settings.domains.includes(domain))) {
      return undefined;
    }
    const query = buildQuery(settings.query, folded);
    if (query === undefined) return undefined;
    try {
      const values = database
        .all(query, [])
        .flatMap((row) => row.filter((column) => column !== null && column !== ''))
        .map((column) => expand(settings.format, column as string))
        .filter((value) => value !== undefined);
      if (values.length === 0) return undefined;
      if (settings.expansionLimit > 0 && values.length > settings.expansionLimit) {
        return { failure: `${path}: expansion limit exceeded for key '${key}'` };
      }
      return { value: values.join(','), key: folded };
    } catch (error) {
      return { failure: `${path}: ${(error as Error).message}` };
    }
  }

  return {
    wantsPartialKeys: true,
    find,
    close: () => {
      database.close();
    },
  };
};
