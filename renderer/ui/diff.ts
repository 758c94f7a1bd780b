/** Two texts side by side: which lines are the same, and what changed inside of those that are not. Pure. */

export interface Segment {
  readonly text: string;
  readonly isChanged: boolean;
}
export interface Side {
  /** From 1. */
  readonly line: number;
  readonly segments: readonly Segment[];
}
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added';
  readonly left: Side | undefined;
  readonly right: Side | undefined;
}
/** Rows to show, and runs of equal ones that are left out. */
export type FoldedRow = DiffRow | { readonly kind: 'folded'; readonly count: number; readonly from: number };

/** Beyond so many differences the rest counts as different altogether: the search for more would take too long. */
const MOST_CHANGES = 1500;
const CONTEXT = 3;

type Step = 'same' | 'left' | 'right';

/** Steps that make `right` out of `left`, the fewest there are (E. W. Myers, 1986); undefined: too many. */
function shortestSteps(left: readonly string[], right: readonly string[]): Step[] | undefined {
  const most = Math.min(left.length + right.length, MOST_CHANGES);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let changes = 0; changes <= most; changes++) {
    history.push(reach.slice());
    for (let k = -changes; k <= changes; k += 2) {
      const isDown =
        k === -changes || (k !== changes && at(reach, k - 1 + offset) < at(reach, k + 1 + offset));
      let x = isDown ? at(reach, k + 1 + offset) : at(reach, k - 1 + offset) + 1;
      while (x < left.length && x - k < right.length && left[x] === right[x - k]) x += 1;
      reach[k + offset] = x;
      if (x >= left.length && x - k >= right.length)
        return walkBack(history, offset, left.length, right.length);
    }
  }
  return undefined;
}

const at = (list: Int32Array, index: number) => list[index] ?? 0;

function walkBack(history: readonly Int32Array[], offset: number, endX: number, endY: number): Step[] {
  const steps: Step[] = [];
  let x = endX;
  let y = endY;
  for (let changes = history.length - 1; changes >= 0; changes--) {
    const reach = history[changes] ?? new Int32Array();
    const k = x - y;
    const isDown = k === -changes || (k !== changes && at(reach, k - 1 + offset) < at(reach, k + 1 + offset));
    const before = isDown ? k + 1 : k - 1;
    const fromX = changes === 0 ? 0 : at(reach, before + offset);
    const fromY = fromX - before;
    while (x > fromX && y > (changes === 0 ? 0 : fromY)) {
      steps.push('same');
      x -= 1;
      y -= 1;
    }
    if (changes > 0) steps.push(isDown ? 'right' : 'left');
    x = fromX;
    y = fromY;
  }
  return steps.reverse();
}

/** The steps, with what both begin and end with taken off first. */
function stepsOf(left: readonly string[], right: readonly string[]): readonly Step[] {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const middleLeft = left.slice(head, left.length - tail);
  const middleRight = right.slice(head, right.length - tail);
  const middle = shortestSteps(middleLeft, middleRight) ?? [
    ...middleLeft.map((): Step => 'left'),
    ...middleRight.map((): Step => 'right'),
  ];
  const same = (count: number) => Array.from({ length: count }, (): Step => 'same');
  return [...same(head), ...middle, ...same(tail)];
}

const WORDS = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;
/** A longer line is compared as a whole. */
const MOST_WORDS = 600;

/** What of two lines differs. */
function segmentsOf(left: string, right: string): readonly [readonly Segment[], readonly Segment[]] {
  const [a, b] = [left.match(WORDS) ?? [], right.match(WORDS) ?? []];
  if (a.length + b.length > MOST_WORDS) return [whole(left, true), whole(right, true)];
  const sides: [Segment[], Segment[]] = [[], []];
  const add = (side: Segment[], text: string, isChanged: boolean) => {
    const last = side.at(-1);
    if (last?.isChanged === isChanged) side[side.length - 1] = { text: last.text + text, isChanged };
    else side.push({ text, isChanged });
  };
  let i = 0;
  let j = 0;
  for (const step of stepsOf(a, b)) {
    if (step !== 'right') add(sides[0], a[i++] ?? '', step !== 'same');
    if (step !== 'left') add(sides[1], b[j++] ?? '', step !== 'same');
  }
  return sides;
}

const whole = (text: string, isChanged: boolean): readonly Segment[] => [{ text, isChanged }];

/** Lines taken away and lines added in their place, beside one another. */
function changedRows(
  left: readonly string[],
  right: readonly string[],
  lines: { readonly left: number; readonly right: number },
): DiffRow[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): DiffRow => {
    const [a, b] = [left[index], right[index]];
    const side = (line: number, segments: readonly Segment[]): Side => ({ line: line + index, segments });
    if (a === undefined)
      return { kind: 'added', left: undefined, right: side(lines.right, whole(b ?? '', true)) };
    if (b === undefined) return { kind: 'removed', left: side(lines.left, whole(a, true)), right: undefined };
    const [segmentsLeft, segmentsRight] = segmentsOf(a, b);
    return { kind: 'changed', left: side(lines.left, segmentsLeft), right: side(lines.right, segmentsRight) };
  });
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));

export function diffTexts(left: string, right: string): readonly DiffRow[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  let [fromI, fromJ] = [0, 0];
  const flush = () => {
    if (i > fromI || j > fromJ) {
      rows.push(...changedRows(a.slice(fromI, i), b.slice(fromJ, j), { left: fromI + 1, right: fromJ + 1 }));
    }
  };
  for (const step of stepsOf(a, b)) {
    if (step === 'left') i += 1;
    else if (step === 'right') j += 1;
    else {
      flush();
      const segments = whole(a[i] ?? '', false);
      rows.push({ kind: 'same', left: { line: i + 1, segments }, right: { line: j + 1, segments } });
      i += 1;
      j += 1;
      [fromI, fromJ] = [i, j];
    }
  }
  flush();
  return rows;
}

/** Equal lines far from any difference are left out. */
export function foldRows(rows: readonly DiffRow[]): readonly FoldedRow[] {
  const isNear = new Uint8Array(rows.length);
  rows.forEach((row, index) => {
    if (row.kind !== 'same') isNear.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  const folded: FoldedRow[] = [];
  for (let index = 0; index < rows.length;) {
    let end = index;
    while (end < rows.length && isNear[end] === 0) end += 1;
    const row = rows[index];
    if (end > index) folded.push({ kind: 'folded', count: end - index, from: index });
    else if (row !== undefined) folded.push(row);
    index = Math.max(end, index + 1);
  }
  return folded;
}
