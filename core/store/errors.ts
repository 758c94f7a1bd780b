/** What can go wrong with the store as a whole. Each message says what to do next. */
import type { SearchProblem } from '../mail/search/search.ts';

/** The disk is full: nothing of the operation was stored; later ones may succeed. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}
/** The database was made by a newer version. */
export class StoreFutureError extends Error {
  override readonly name = 'StoreFutureError';
}
/** The file is damaged, or is something else. */
export class StoreCorruptError extends Error {
  override readonly name = 'StoreCorruptError';
}
/** Another process has this sandbox open. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
}
/** This Node or Electron cannot load the SQLite binary. */
export class StoreRuntimeError extends Error {
  override readonly name = 'StoreRuntimeError';
}

/** What was typed is no search. */
export class SearchSyntaxError extends Error {
  override readonly name = 'SearchSyntaxError';
  readonly problem: SearchProblem;

  constructor(problem: SearchProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const kinds = {
  StoreFullError,
  StoreFutureError,
  StoreCorruptError,
  StoreLockedError,
  StoreRuntimeError,
} as const;

/** An error on its way from the writer's thread: classes do not survive the trip, names do. */
export interface WireError {
  readonly name: string;
  readonly message: string;
}

export function packError(error: unknown): WireError {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

export function unpackError({ name, message }: WireError): Error {
  const kind = name in kinds ? kinds[name as keyof typeof kinds] : Error;
  return new kind(message);
}
