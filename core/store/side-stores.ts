/** The smaller stores: revisions of the configuration, and what was refused. */
import type { Refusal } from '../mail/refusal.ts';

export interface Revision {
  readonly number: number;
  readonly at: number;
  /** What was done, in a few words. */
  readonly what: string;
}

/** Saved states of the configuration folder, numbered from 1. */
export interface RevisionStore {
  add(what: string, files: Readonly<Record<string, string>>): Promise<number>;
  /** Newest first. */
  list(limit: number): readonly Revision[];
  get(number: number): (Revision & { readonly files: Readonly<Record<string, string>> }) | undefined;
  /** 0 before the first. */
  latest(): number;
}

export interface StoredRefusal extends Refusal {
  readonly id: number;
}

/** The last 5,000 refused attempts. */
export interface RefusalStore {
  /** Returns at once; kept soon after. Under a flood the oldest that still wait are dropped. */
  add(refusal: Refusal): void;
  list(query: { readonly before?: number | undefined; readonly limit: number }): {
    readonly refusals: readonly Omit<StoredRefusal, 'transcript' | 'journey'>[];
    readonly hasMore: boolean;
  };
  get(id: number): StoredRefusal | undefined;
  count(): number;
}
