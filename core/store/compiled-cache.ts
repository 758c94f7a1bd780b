/**
 * Look-ups of one opened compiled table, kept in memory: an address is asked for by a dozen keys in half a dozen tables,
 * nearly always in vain, and the same domains come again and again. A rebuilt table is opened anew (tables/indexed.ts).
 */
import { remembered } from '../util/remembered.ts';
import type { CompiledEntry } from './store.ts';

/** A table of no more entries is held as a whole. */
export const WHOLE_TABLE = 2000;
/** Answers remembered of a larger one. */
const REMEMBERED = 2000;

export interface CompiledSource {
  readonly lookup: (key: string) => CompiledEntry | undefined;
  /** All entries; undefined when there are more than so many. */
  readonly atMost: (limit: number) => readonly CompiledEntry[] | undefined;
}

/** Reads nothing before it is asked. */
export function remembering({ lookup, atMost }: CompiledSource): (key: string) => CompiledEntry | undefined {
  let whole: ReadonlyMap<string, CompiledEntry> | undefined;
  let isLarge = false;
  const ask = remembered(REMEMBERED, lookup);

  return (key) => {
    if (isLarge) return ask(key);
    if (whole === undefined) {
      const entries = atMost(WHOLE_TABLE);
      isLarge = entries === undefined;
      if (entries === undefined) return ask(key);
      whole = new Map(entries.map((entry) => [entry.key, entry]));
    }
    return whole.get(key);
  };
}
