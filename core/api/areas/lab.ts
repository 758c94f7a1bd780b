/** Dry runs as the calls need them. */
import type { Problem } from '../contract/common.ts';
import type { TraceInput, TraceResult } from '../contract/trace.ts';

export type Traced =
  | { readonly kind: 'traced'; readonly result: TraceResult }
  /** The draft cannot be used. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** The captured message is gone. */
  | { readonly kind: 'no-message' }
  | { readonly kind: 'no-listener'; readonly reason: string };

export interface LabArea {
  trace(input: TraceInput): Promise<Traced>;
}
