/** Notices that an indexed table was rebuilt: asks the store at most once in each turn of the event loop. */
import type { CompiledTables } from '../store/store.ts';

export interface RebuildWatch {
  /** A number that changes when any indexed table was rebuilt. */
  generation(): number;
}

export function createRebuildWatch(compiled: CompiledTables): RebuildWatch {
  let known: number | undefined;
  return {
    generation() {
      if (known !== undefined) return known;
      known = compiled.version();
      setImmediate(() => {
        known = undefined;
      });
      return known;
    },
  };
}
