import { OfflineError } from './connection.svelte.ts';

/** What a person is told about a call that failed. */
export function explain(cause: unknown): string {
  if (cause instanceof OfflineError) return 'The sandbox cannot be reached. Trying again…';
  return cause instanceof Error && cause.message !== '' ? cause.message : 'Something went wrong.';
}
