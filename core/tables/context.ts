/** What a table type gets when one of its tables is opened, and what it gives back. */
import type { Config } from '../config/config.ts';
import type { CompiledTables, UserStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Drafts } from './lines.ts';
import type { Maybe } from './maybe.ts';
import type { RebuildWatch } from './rebuilt.ts';
import type { OpenOptions, Table } from './table.ts';

/** Rows of a query, each a list of columns; throws when the database does not answer. */
export interface SqliteQuery {
  all(query: string, parameters: readonly string[]): readonly (readonly (string | null)[])[];
  close(): void;
}

export interface TableContext extends OpenOptions {
  readonly config: Config;
  readonly compiled: CompiledTables;
  readonly rebuilt: RebuildWatch;
  readonly users: Pick<UserStore, 'find' | 'list'>;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
  /** What a second entry of a key means to a text file. Absent: the table cannot be used, as for Postfix's daemons. */
  readonly duplicates?: 'warn' | 'ignore' | 'replace';
  /** Opens a file for sqlite: tables; the only place where this is known is core/store. */
  readonly openSqlite?: (path: string) => SqliteQuery;
  readonly drafts?: Drafts;
  /** Opens a table inside another one. */
  open(specification: string): Table;
}

export interface Hit {
  readonly value: string;
  readonly key: string;
  readonly line?: number;
}

/** A look-up that failed; the mail has to wait. */
export interface Failure {
  readonly failure: string;
}

export type Found = Hit | Failure | undefined;

/** An open table. */
export interface TableCore {
  readonly wantsPartialKeys: boolean;
  /** The key as the caller gave it. */
  find(key: string): Maybe<Found>;
  /** All entries, for `postmap -s`, where the type can tell. */
  entries?(): Iterable<Hit>;
  /** Whether a new process would see something else. */
  isStale?(): boolean;
  close?(): void;
}

export type Opened = TableCore | Failure;

/** Opens `name` of this type. */
export type TableType = (name: string, context: TableContext) => Opened;

export const isFailure = (value: object): value is Failure => 'failure' in value;

/** The fold of keys in fixed tables (DICT_FLAG_FOLD_FIX). */
export const foldKey = (key: string): string => key.toLowerCase();

/** Absolute path of a table's file: relative names are taken from the queue directory, where daemons run. */
export function tablePath(name: string, config: Config): string {
  return name.startsWith('/') || name.startsWith('{') ? name : `${config.get('queue_directory')}/${name}`;
}
