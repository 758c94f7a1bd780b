/** Where two journeys part. Pure. */
import type { TraceResult } from '../api/contract/trace.ts';

type Entry = TraceResult['journey'][number];

/**
 * A decision, and by which setting. Not when, and neither the setting's text nor its place: a line added above moves
 * every line below it, and decides nothing.
 */
function decisionOf({ program, verdict, what, detail, recipient, source }: Entry): string {
  const { kind, name } = nameOf(source);
  return JSON.stringify([program, verdict, what, detail, recipient, kind, name]);
}

function nameOf(source: Entry['source']): { readonly kind: string; readonly name: string } {
  if (source === undefined) return { kind: '', name: '' };
  return { kind: source.kind, name: source.kind === 'table' ? source.table : source.name };
}

/** The first step, from 0, at which the journeys decide differently or one of them ends; null: they are the same. */
export function firstDifference(one: readonly Entry[], other: readonly Entry[]): number | null {
  for (let step = 0; step < Math.max(one.length, other.length); step++) {
    const [a, b] = [one[step], other[step]];
    if (a === undefined || b === undefined || decisionOf(a) !== decisionOf(b)) return step;
  }
  return null;
}
