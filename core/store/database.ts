/** Opens connections: the one place that names better-sqlite3, sets pragmas and tells SQLite's errors apart. */
import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { StoreCorruptError, StoreFullError, StoreLockedError, StoreRuntimeError } from './errors.ts';

export type Connection = Database.Database;
export type Statement = Database.Statement;

/**
 * A bound integer in a WHERE clause. This SQLite is built with STAT4 and compiles a statement anew whenever a bare `?`
 * that its planner looked at gets another value (10 us in place of 1); a cast value it does not look at.
 */
export const INT = 'CAST(? AS INTEGER)';

/**
 * Runs several reads on one state of the database. Each statement by itself takes and gives back SQLite's locks: for a
 * page of rows that is most of the time.
 */
export function createSnapshot(db: Connection): <T>(read: () => T) => T {
  const begin = db.prepare('BEGIN');
  const end = db.prepare('COMMIT');
  return (read) => {
    if (db.inTransaction) return read();
    begin.run();
    try {
      return read();
    } finally {
      end.run();
    }
  };
}

/** The Node-API version that better-sqlite3's prebuilt binaries ask for; with less they crash without a word. */
const NEEDED_NODE_API = 10;
/** Less room than this counts as a full disk when SQLite reports only "I/O error". */
const FULL_BELOW_BYTES = 1024 * 1024;
/** `SPst` in the file header tells our databases from others. */
export const APPLICATION_ID = 0x53507374;

/** A binary built for an older Node-API (Electron before 35), named by `SANDPOST_SQLITE_BINDING`. */
function nativeBinding(): string | undefined {
  const named = process.env['SANDPOST_SQLITE_BINDING'];
  return named === undefined || named === '' ? undefined : named;
}

/** Throws StoreRuntimeError where loading the binary would end the process instead. */
export function checkRuntime(nodeApi: string | undefined, binding: string | undefined): void {
  if (binding !== undefined) {
    if (existsSync(binding)) return;
    throw new StoreRuntimeError(`SANDPOST_SQLITE_BINDING names a file that does not exist: ${binding}`);
  }
  if (Number(nodeApi ?? 0) >= NEEDED_NODE_API) return;
  throw new StoreRuntimeError(
    `SQLite needs Node-API ${NEEDED_NODE_API}, and this is ${process.version} with Node-API ${nodeApi ?? 'unknown'}. ` +
      'Use Node 22.14 or newer, or name a binary built for this one in SANDPOST_SQLITE_BINDING.',
  );
}

export function openConnection(file: string, options: { readonly readonly: boolean }): Connection {
  const binding = nativeBinding();
  checkRuntime(process.versions.napi, binding);
  const db = new Database(file, {
    readonly: options.readonly,
    fileMustExist: options.readonly,
    timeout: 5000,
    ...(binding === undefined ? {} : { nativeBinding: binding }),
  });
  return db;
}

/** The writable connection: every commit is synced before it counts (STYLE: one file sets the pragmas). */
export function openWritable(file: string): Connection {
  const db = openConnection(file, { readonly: false });
  // Several messages of the usual size share a page: half the writes of a commit. An older database keeps its own.
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = OFF');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -8192');
  db.pragma('wal_autocheckpoint = 4000');
  db.pragma('journal_size_limit = 67108864');
  return db;
}

export function openReadable(file: string): Connection {
  const db = openConnection(file, { readonly: true });
  db.pragma('query_only = ON');
  db.pragma('cache_size = -8192');
  db.pragma('temp_store = MEMORY');
  return db;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function hasRoom(file: string): boolean {
  try {
    const disk = statfsSync(path.dirname(file));
    return disk.bavail * disk.bsize > FULL_BELOW_BYTES;
  } catch {
    return true;
  }
}

/** SQLite's error as one of the store's; what is none of those comes back as it was. */
export function toStoreError(error: unknown, file: string): unknown {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || (code.startsWith('SQLITE_IOERR') && !hasRoom(file))) {
    return new StoreFullError(`The disk that holds ${file} is full (${text}). Nothing of this was stored.`, {
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new StoreCorruptError(
      `${file} is damaged or is not a database (${text}). Stop Sandpost, move that file (and ${path.basename(file)}-wal ` +
        'and -shm beside it) to a safe place, and start again with an empty store or with a copy that you kept; ' +
        '`sqlite3 OLD .recover` often brings most of it back.',
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreLockedError(`Another process is using ${file} (${text}).`, { cause: error });
  }
  return error;
}
