/** What differs between two texts, line by line, and how the changes of two people come together. Pure. */

/** Lines of the first text that others stand in place of; one of the two lists may be empty. */
export interface Hunk {
  /** Where it begins, from 0, in the first and in the second text. */
  readonly at: number;
  readonly otherAt: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Beyond this many comparisons the middle counts as one change. */
const MOST_CELLS = 4_000_000;

/** Lines with their newline; the last may have none. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The hunks that make `before` into `after`, in order. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const a = before.slice(start, before.length - tail);
  const b = after.slice(start, after.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  if (a.length * b.length > MOST_CELLS) return [{ at: start, otherAt: start, removed: a, added: b }];
  return hunksOf(a, b).map((hunk) => ({ ...hunk, at: hunk.at + start, otherAt: hunk.otherAt + start }));
}

/** By the longest common subsequence. */
function hunksOf(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const cell = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [at, otherAt] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && cell(i + 1, j) >= cell(i, j + 1))) i++;
      else j++;
    }
    if (i > at || j > otherAt)
      hunks.push({ at, otherAt, removed: a.slice(at, i), added: b.slice(otherAt, j) });
    while (i < a.length && j < b.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
  }
  return hunks;
}

/** One stretch of a merge: what both agree on, or what each of them made of the same lines. */
export type Piece =
  | { readonly kind: 'agreed'; readonly lines: readonly string[] }
  | { readonly kind: 'conflict'; readonly mine: readonly string[]; readonly theirs: readonly string[] };

interface Side {
  readonly hunks: readonly Hunk[];
  next: number;
}

/** Both changes of `base` together. Changes of the same or of neighbouring lines conflict, unless they are the same. */
export function merge(base: string, mine: string, theirs: string): readonly Piece[] {
  const from = linesOf(base);
  const sides = [mine, theirs].map((text): Side => ({ hunks: diffLines(from, linesOf(text)), next: 0 }));
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const start = Math.min(...sides.map(({ hunks, next }) => hunks[next]?.at ?? Infinity));
    if (start === Infinity) break;
    pieces.push({ kind: 'agreed', lines: from.slice(at, start) });
    const end = takeTogether(sides, start);
    const [ours, others] = sides.map((side) => stretch(side, from, start, end));
    pieces.push(settled(from.slice(start, end), ours ?? [], others ?? []));
    for (const side of sides)
      while ((side.hunks[side.next]?.at ?? Infinity) < Math.max(end, start + 1)) side.next++;
    at = end;
  }
  pieces.push({ kind: 'agreed', lines: from.slice(at) });
  return pieces.filter((piece) => piece.kind === 'conflict' || piece.lines.length > 0);
}

/** The end of the stretch of hunks that touch each other. */
function takeTogether(sides: readonly Side[], start: number): number {
  let end = start;
  for (let isGrowing = true; isGrowing;) {
    isGrowing = false;
    for (const { hunks, next } of sides)
      for (const hunk of hunks.slice(next)) {
        if (hunk.at > end) break;
        const last = hunk.at + hunk.removed.length;
        if (last > end) [end, isGrowing] = [last, true];
      }
  }
  return end;
}

/** What one side made of the lines from `start` to `end`. */
function stretch(
  { hunks, next }: Side,
  base: readonly string[],
  start: number,
  end: number,
): readonly string[] {
  const lines: string[] = [];
  let at = start;
  for (const hunk of hunks.slice(next)) {
    if (hunk.at > end || (hunk.at === end && end > start && hunk.removed.length > 0)) break;
    lines.push(...base.slice(at, hunk.at), ...hunk.added);
    at = hunk.at + hunk.removed.length;
  }
  return [...lines, ...base.slice(at, end)];
}

const isSame = (a: readonly string[], b: readonly string[]) => a.join('') === b.join('');

function settled(base: readonly string[], mine: readonly string[], theirs: readonly string[]): Piece {
  if (isSame(mine, theirs) || isSame(theirs, base)) return { kind: 'agreed', lines: mine };
  if (isSame(mine, base)) return { kind: 'agreed', lines: theirs };
  return { kind: 'conflict', mine, theirs };
}

/** The merged text; undefined where a person has to choose. */
export function mergedText(pieces: readonly Piece[]): string | undefined {
  let text = '';
  for (const piece of pieces) {
    if (piece.kind === 'conflict') return undefined;
    text = joined(text, piece.lines);
  }
  return text;
}

/** A last line without its newline gets one before more follows. */
export function joined(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  return (text === '' || text.endsWith('\n') ? text : `${text}\n`) + lines.join('');
}
