/** Collects which blocks of messages changed, on disk, until a search asks. */
import { blockOf } from './read/known-answers.ts';

export interface ChangedBlocks {
  readonly add: (ids: readonly number[]) => void;
  /** Those since the last time. */
  readonly take: () => readonly number[];
}

export function createChangedBlocks(): ChangedBlocks {
  const blocks = new Set<number>();
  return {
    add(ids) {
      for (const id of ids) blocks.add(blockOf(id));
    },
    take() {
      const taken = [...blocks];
      blocks.clear();
      return taken;
    },
  };
}
