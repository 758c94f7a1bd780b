/**
 * What earlier searches found out about conditions, a bit for each message number: whether it is known, and whether the
 * condition holds. In blocks of numbers, so that a change of one message forgets no more than its block.
 */
import type { Bits } from './bits.ts';
import { WORD } from './bits.ts';

const BLOCK_WORDS = 128;
export const BLOCK = BLOCK_WORDS * WORD;
/** What is kept of all conditions, and what of it a block takes: its entry, and each array of its own. Measured. */
const MOST_BYTES = 8_000_000;
const ENTRY_BYTES = 150;
const ARRAY_BYTES = 1100;

const NONE = new Int32Array(BLOCK_WORDS);
const ALL = new Int32Array(BLOCK_WORDS).fill(-1);

interface Block {
  readonly known: Int32Array;
  readonly holds: Int32Array;
}
const NOTHING: Block = { known: NONE, holds: NONE };

export interface KnownAnswers {
  /** Of the candidates: those that it holds for, and those that nobody asked about yet. */
  of(condition: string, candidates: Bits): { readonly holding: Bits; readonly unknown: Bits };
  learn(condition: string, asked: Bits, holding: Bits): void;
  /** These messages changed. */
  readonly forget: (blocks: Iterable<number>) => void;
}

/** The block that a message is in. */
export const blockOf = (id: number): number => Math.floor(id / BLOCK);

/** Most blocks hold nothing, or all: they share these. */
function shared(words: Int32Array): Int32Array {
  if (consistsOf(words, 0)) return NONE;
  return consistsOf(words, -1) ? ALL : words;
}

const isShared = (words: Int32Array) => words === NONE || words === ALL;
const bytesOf = ({ known, holds }: Block) =>
  ENTRY_BYTES + (isShared(known) ? 0 : ARRAY_BYTES) + (isShared(holds) ? 0 : ARRAY_BYTES);

const consistsOf = (words: Int32Array, wanted: number) => {
  for (const word of words) if (word !== wanted) return false;
  return true;
};

/** Calls `visit` with each block that a stretch touches: where it begins in the stretch, in the block, and for how long. */
function eachBlock(
  { first, words }: Bits,
  visit: (number: number, at: number, inBlock: number, length: number) => void,
): void {
  for (let at = 0; at < words.length;) {
    const inBlock = (first + at) % BLOCK_WORDS;
    const length = Math.min(BLOCK_WORDS - inBlock, words.length - at);
    visit(Math.floor((first + at) / BLOCK_WORDS), at, inBlock, length);
    at += length;
  }
}

export function createKnownAnswers(mostBytes = MOST_BYTES): KnownAnswers {
  /** The condition that was asked for longest ago comes first. */
  const conditions = new Map<string, Map<number, Block>>();
  let bytes = 0;

  function used(condition: string): Map<number, Block> {
    const blocks = conditions.get(condition) ?? new Map<number, Block>();
    conditions.delete(condition);
    conditions.set(condition, blocks);
    return blocks;
  }
  function drop(blocks: Map<number, Block>, number: number): void {
    const block = blocks.get(number);
    if (block === undefined) return;
    blocks.delete(number);
    bytes -= bytesOf(block);
  }
  function put(blocks: Map<number, Block>, number: number, block: Block): void {
    drop(blocks, number);
    blocks.set(number, block);
    bytes += bytesOf(block);
  }
  function makeRoom(): void {
    for (const [condition, blocks] of conditions) {
      if (bytes <= mostBytes) return;
      conditions.delete(condition);
      for (const number of blocks.keys()) drop(blocks, number);
    }
  }
  return {
    of(condition, candidates) {
      const blocks = used(condition);
      const holding = candidates.words.slice();
      const unknown = candidates.words.slice();
      eachBlock(candidates, (number, at, inBlock, length) => {
        const { known, holds } = blocks.get(number) ?? NOTHING;
        for (let i = 0; i < length; i++) {
          holding[at + i] = (holding[at + i] ?? 0) & (holds[inBlock + i] ?? 0);
          unknown[at + i] = (unknown[at + i] ?? 0) & ~(known[inBlock + i] ?? 0);
        }
      });
      const { first } = candidates;
      return { holding: { first, words: holding }, unknown: { first, words: unknown } };
    },
    learn(condition, asked, holding) {
      const blocks = used(condition);
      eachBlock(asked, (number, at, inBlock, length) => {
        const before = blocks.get(number) ?? NOTHING;
        const known = before.known.slice();
        const holds = before.holds.slice();
        for (let i = 0; i < length; i++) {
          const now = asked.words[at + i] ?? 0;
          known[inBlock + i] = (known[inBlock + i] ?? 0) | now;
          holds[inBlock + i] = ((holds[inBlock + i] ?? 0) & ~now) | ((holding.words[at + i] ?? 0) & now);
        }
        put(blocks, number, { known: shared(known), holds: shared(holds) });
      });
      makeRoom();
    },
    forget(changed) {
      for (const number of changed) for (const blocks of conditions.values()) drop(blocks, number);
    },
  };
}
