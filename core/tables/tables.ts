/**
 * Lookup tables (DATABASE_README, maps(3)).
 *
 * Every type is behind one interface: `hash: btree: lmdb: cdb: dbm: sdbm:` (built by postmap(1), kept in the store),
 * `texthash: inline: static: environ: fail:`, the patterns `regexp: pcre: cidr:`, the combinations `unionmap: pipemap:
 * randmap: proxy:`, `unix:` (the sandbox's users), and the services `tcp: socketmap:` and `sqlite:`.
 *
 * Failures: a table that cannot be opened becomes one that answers `unavailable` with the reason, as does one that
 * fails while it is asked: the mail waits, it never vanishes. Nothing here throws.
 *
 * A table is opened by its first look-up. Rebuilt indexed tables are noticed at once; one that could not be opened,
 * and edited text files, after a reload, by `refresh()`, or when nobody asked for 100 seconds (Postfix's processes
 * end then, and new ones read the files).
 *
 * Unlike Postfix: everything runs in one process, so `proxy:` is transparent and chroot is not known; pattern tables
 * are matched by JavaScript; there is no ldap, mysql, pgsql, memcache or nis.
 */
import type { Config } from '../config/config.ts';
import type { CompiledTables, UserStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { Log, LogFactory } from '../util/log.ts';
import { cidr } from './cidr.ts';
import { pipemap, proxy, randmap, unionmap } from './combined.ts';
import type { Found, Opened, SqliteQuery, TableContext, TableCore, TableType } from './context.ts';
import { isFailure } from './context.ts';
import { INDEXED_SUFFIX, indexed } from './indexed.ts';
import { inline } from './inline.ts';
import { createMaps } from './maps.ts';
import type { Maybe } from './maybe.ts';
import { chain } from './maybe.ts';
import { pcre } from './pcre.ts';
import { createRebuildWatch } from './rebuilt.ts';
import { regexp } from './regexp.ts';
import { environ, fail, staticTable, unix } from './simple.ts';
import { socketmap } from './socketmap.ts';
import { sqlite } from './sqlite.ts';
import type { LookupResult, OpenOptions, Table, Tables } from './table.ts';
import { ABSENT } from './table.ts';
import { tcp } from './tcp.ts';
import { texthash } from './texthash.ts';
import { splitWords } from './words.ts';

const TYPES: ReadonlyMap<string, TableType> = new Map<string, TableType>([
  ...Object.keys(INDEXED_SUFFIX).map((type) => [type, indexed(type)] as const),
  ['cidr', cidr],
  ['environ', environ],
  ['fail', fail],
  ['inline', inline],
  ['pcre', pcre],
  ['pipemap', pipemap],
  ['proxy', proxy],
  ['randmap', randmap],
  ['regexp', regexp],
  ['socketmap', socketmap],
  ['sqlite', sqlite],
  ['static', staticTable],
  ['tcp', tcp],
  ['texthash', texthash],
  ['unionmap', unionmap],
  ['unix', unix],
]);

/** Every table type that exists here, sorted: `postconf -m`. */
export const TABLE_TYPES: readonly string[] = [...TYPES.keys()].sort();

/** Types whose tables see whole keys only, known without opening them. */
const PATTERN_TYPES = /^(?:proxy:)*(?:regexp|pcre|cidr|fail|randmap|socketmap|tcp):/;

/** How long an idle process of Postfix lives (max_idle): the next one opens its tables anew. */
const NEW_PROCESS_AFTER_IDLE_MS = 100_000;

export interface TablesDependencies {
  readonly config: Config;
  readonly compiled: CompiledTables;
  readonly users: Pick<UserStore, 'find' | 'list'>;
  readonly log: LogFactory;
  readonly clock: Pick<Clock, 'now'>;
  /** Opens the database of an sqlite: table. */
  readonly openSqlite?: (path: string) => SqliteQuery;
}

interface ManagedTable extends Table {
  refresh(): void;
}

/** Opens a table by its `type:name`, at once. */
export function openCore(specification: string, context: TableContext): Opened {
  const colon = specification.indexOf(':');
  if (colon < 0) {
    return { failure: `open dictionary: expecting "type:name" form instead of "${specification}"` };
  }
  const typeName = specification.slice(0, colon);
  const type = TYPES.get(typeName);
  if (type === undefined) {
    return {
      failure: `unsupported dictionary type: ${typeName}. Is the postfix-${typeName} package installed?`,
    };
  }
  return type(specification.slice(colon + 1), context);
}

/** A table that opens itself when it is first asked. */
function createTable(specification: string, context: TableContext): ManagedTable {
  let core: TableCore | undefined;
  let failure: string | undefined;
  let lastAskedAt = 0;

  function ensureOpen(): void {
    const now = context.clock.now();
    if (now - lastAskedAt >= NEW_PROCESS_AFTER_IDLE_MS) refresh();
    lastAskedAt = now;
    if (core !== undefined || failure !== undefined) return;
    const opened = openCore(specification, context);
    if (isFailure(opened)) {
      failure = opened.failure;
      context.log.error(failure);
    } else {
      core = opened;
    }
  }

  function answer(found: Found): LookupResult {
    if (found === undefined) return ABSENT;
    if (isFailure(found)) return { kind: 'unavailable', table: specification, reason: found.failure };
    return {
      kind: 'found',
      value: found.value,
      table: specification,
      key: found.key,
      ...(found.line === undefined ? {} : { line: found.line }),
    };
  }

  function close(): void {
    core?.close?.();
    core = undefined;
  }

  function refresh(): void {
    failure = undefined;
    if (core?.isStale?.() === true) close();
  }

  return {
    name: specification,
    wantsPartialKeys: !PATTERN_TYPES.test(specification),
    lookup(key): Maybe<LookupResult> {
      ensureOpen();
      if (core === undefined) {
        const reason = failure ?? 'closed';
        context.log.warning(`${specification} is unavailable. ${reason}`);
        return { kind: 'unavailable', table: specification, reason };
      }
      return chain(core.find(key), answer);
    },
    refresh,
    close,
  };
}

/** A log that goes to the program in whose name the table is asked. */
const lazyLog = (log: LogFactory, program: string, config: Config): Log => {
  let made: Log | undefined;
  const get = (): Log => (made ??= log(program, config.get('syslog_name') || 'postfix'));
  return {
    info: (text) => {
      get().info(text);
    },
    warning: (text) => {
      get().warning(text);
    },
    error: (text) => {
      get().error(text);
    },
    fatal: (text) => {
      get().fatal(text);
    },
  };
};

/** @param dependencies.log tables log under the program set by `forProgram`, `smtpd` until then */
export function createTables(dependencies: TablesDependencies): Tables {
  const programs = new Map<string, Tables>();
  const rebuilt = createRebuildWatch(dependencies.compiled);

  function createFor(program: string): Tables {
    const log = lazyLog(dependencies.log, program, dependencies.config);
    const tables = new Map<string, ManagedTable>();

    function open(specification: string, options: OpenOptions = {}): ManagedTable {
      const key = `${options.allowsSubstitution === false ? 'plain ' : ''}${specification}`;
      let table = tables.get(key);
      if (table === undefined) {
        const context: TableContext = {
          ...dependencies,
          ...options,
          rebuilt,
          log,
          open: (inner) => open(inner, options),
        };
        table = createTable(specification, context);
        tables.set(key, table);
      }
      return table;
    }

    return {
      open,
      maps(value, title = '', options = {}) {
        return createMaps(
          splitWords(value).map((specification) => open(specification, options)),
          title,
          log,
        );
      },
      log,
      types: TABLE_TYPES,
      forProgram: (name) => forProgram(name),
      refresh() {
        for (const table of tables.values()) table.refresh();
      },
      close() {
        for (const table of tables.values()) table.close();
      },
    };
  }

  function forProgram(program: string): Tables {
    let made = programs.get(program);
    if (made === undefined) programs.set(program, (made = createFor(program)));
    return made;
  }

  return {
    ...forProgram('smtpd'),
    refresh() {
      for (const tables of programs.values()) tables.refresh();
    },
    close() {
      for (const tables of programs.values()) tables.close();
    },
  };
}
