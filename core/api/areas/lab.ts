/** Dry runs as the calls need them. */
import type { Problem } from '../contract/common.ts';
import type { ReplayQuery, ReplayStep, TraceInput, TraceResult } from '../contract/trace.ts';

/** Why there is no dry run. */
export type NotTraced =
  /** The draft cannot be used. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** The captured message is gone. */
  | { readonly kind: 'no-message' }
  | { readonly kind: 'no-listener'; readonly reason: string };

export type Traced = { readonly kind: 'traced'; readonly result: TraceResult } | NotTraced;

export type Compared =
  | {
      readonly kind: 'compared';
      readonly inUse: TraceResult;
      readonly draft: TraceResult;
      readonly difference: number | null;
    }
  | NotTraced;

export interface LabArea {
  trace(input: TraceInput): Promise<Traced>;
  /** With the configuration in use and with the draft. */
  compare(input: TraceInput): Promise<Compared>;
  /** The last messages and refused attempts that came in over SMTP, again with both; ended, it stops. */
  replay(query: ReplayQuery): AsyncGenerator<ReplayStep | NotTraced, void, void>;
  /** Both journeys of one of them. */
  compareReplayed(query: {
    readonly draft: TraceInput['draft'];
    readonly kind: 'message' | 'refusal';
    readonly id: number;
  }): Promise<Compared>;
}
