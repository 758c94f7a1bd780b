/** Between the runner and its lanes, over Node's channel for child processes. */
import type { Scenario, ScenarioRecord } from './types.ts';

/** What a lane is started with, as JSON in its first argument. */
export interface LaneStart {
  /** An empty folder for a lane with namespaces of its own; absent: the machine is shared. */
  readonly root?: string;
  /** What must stay visible when folders are covered. */
  readonly keep: readonly string[];
  readonly command: readonly [string, ...string[]];
  readonly certs: string;
  readonly cache: string;
  readonly seed: string;
}

export interface ToLane {
  readonly scenario: Scenario;
}

export type FromLane =
  { readonly kind: 'ready' } | { readonly kind: 'done'; readonly record: ScenarioRecord };
