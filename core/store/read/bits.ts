/** A stretch of message numbers with a bit each: whether it is in a set. 32 to a word, lowest first. */
export interface Bits {
  /** The first word: its lowest bit is number `first * 32`. */
  readonly first: number;
  readonly words: Int32Array;
}

export const WORD = 32;
export const wordOf = (id: number): number => Math.floor(id / WORD);

/** A stretch of the same length with nothing in it. */
export const noneOf = ({ first, words }: Bits): Bits => ({ first, words: new Int32Array(words.length) });

/** All of `[start, end)`. */
export function allBetween(start: number, end: number): Bits {
  const first = wordOf(start);
  const words = new Int32Array(Math.max(0, wordOf(end - 1) - first + 1)).fill(-1);
  if (words.length === 0) return { first, words };
  const last = words.length - 1;
  words[0] = (words[0] ?? 0) & (-1 << (start % WORD));
  words[last] = (words[last] ?? 0) & (-1 >>> (WORD - 1 - ((end - 1) % WORD)));
  return { first, words };
}

export function add({ first, words }: Bits, id: number): void {
  const at = wordOf(id) - first;
  words[at] = (words[at] ?? 0) | (1 << (id % WORD));
}

/** Of at least one number. */
export function bitsOf(ids: readonly number[]): Bits {
  const bits = noneOf(allBetween(Math.min(...ids), Math.max(...ids) + 1));
  for (const id of ids) add(bits, id);
  return bits;
}

export function isEmpty({ words }: Bits): boolean {
  for (const word of words) if (word !== 0) return false;
  return true;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function countOf({ words }: Bits): number {
  let count = 0;
  for (const word of words) count += ones(word);
  return count;
}

/** What is in one of them and not in the other; both of the same stretch. */
export function without(some: Bits, others: Bits): Bits {
  const left = noneOf(some);
  for (let at = 0; at < left.words.length; at++) {
    left.words[at] = (some.words[at] ?? 0) & ~(others.words[at] ?? 0);
  }
  return left;
}

export function either(some: Bits, others: Bits): Bits {
  const both = noneOf(some);
  for (let at = 0; at < both.words.length; at++) {
    both.words[at] = (some.words[at] ?? 0) | (others.words[at] ?? 0);
  }
  return both;
}

/** The shortest range with all of them, in whole words. */
export function rangeOf({ first, words }: Bits): { readonly start: number; readonly end: number } {
  const lowest = words.findIndex((word) => word !== 0);
  const highest = words.findLastIndex((word) => word !== 0);
  return { start: (first + lowest) * WORD, end: (first + highest + 1) * WORD };
}

/** The numbers, highest first. */
export function numbersOf({ first, words }: Bits, limit = Infinity): number[] {
  const ids: number[] = [];
  for (let at = words.length - 1; at >= 0; at--) {
    for (let word = words[at] ?? 0; word !== 0 && ids.length < limit;) {
      const bit = WORD - 1 - Math.clz32(word);
      ids.push((first + at) * WORD + bit);
      word &= ~(1 << bit);
    }
    if (ids.length >= limit) break;
  }
  return ids;
}
