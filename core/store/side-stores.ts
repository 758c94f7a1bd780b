/** The smaller stores: revisions of the configuration, what was refused, the sandbox's DNS, drafts. */
import type { Refusal } from '../mail/refusal.ts';
import type { DnsRecord } from '../util/dns-record.ts';
import type { DnsSelection } from './wire.ts';

export interface Revision {
  readonly number: number;
  readonly at: number;
  /** What was done, in a few words. */
  readonly what: string;
  readonly recipe?: RecipeStep;
}

/** A revision that a recipe made. */
export interface RecipeStep {
  readonly id: string;
  readonly action: 'apply' | 'undo';
}

/** Saved states of the configuration folder, numbered from 1. */
export interface RevisionStore {
  add(what: string, files: Readonly<Record<string, string>>, recipe?: RecipeStep): Promise<number>;
  /** Newest first. */
  list(limit: number): readonly Revision[];
  /** The files that are not as they were in the revision before, by name. */
  changedFiles(number: number): readonly string[];
  /** The newest revision that this recipe made. */
  latestOf(recipe: string): Revision | undefined;
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

/** The records that every DNS look-up of the engine is answered from. */
export interface DnsStore {
  /** Records of exactly this name (lower case, no final dot), in the order in which they were added. */
  find(name: string): readonly DnsRecord[];
  isEmpty(): boolean;
  list(): readonly DnsRecord[];
  /**
   * Adds records. One that is there gets the new preference and TTL; a name has one forced answer, the last one put.
   * With `replaces` the table holds nothing else afterwards.
   */
  put(records: readonly DnsRecord[], options?: { readonly replaces?: boolean }): Promise<void>;
  /** Takes records off the table; answers how many. Without any condition: all. */
  remove(selection: DnsSelection): Promise<number>;
}

export interface StoredDraft {
  readonly id: number;
  /** ms since the epoch. */
  readonly changedAt: number;
  /** JSON: whoever saved it knows what it means. */
  readonly fields: string;
  readonly files: readonly {
    readonly id: number;
    readonly name: string;
    readonly type: string;
    /** By which the HTML shows it; '': it is attached. */
    readonly contentId: string;
    readonly size: number;
  }[];
}

/** Messages that are being written. Ids that are unknown are answered with undefined, false or 0. */
export interface DraftStore {
  /** Last changed first. */
  list(limit: number): readonly StoredDraft[];
  get(id: number): StoredDraft | undefined;
  bytes(id: number, file: number): Uint8Array | undefined;
  /** Without id: a new one. Answers its number. */
  save(fields: string, id?: number): Promise<number | undefined>;
  attach(
    id: number,
    file: {
      readonly name: string;
      readonly type: string;
      readonly contentId: string;
      readonly bytes: Uint8Array;
    },
  ): Promise<number | undefined>;
  detach(id: number, file: number): Promise<boolean>;
  remove(ids: readonly number[]): Promise<number>;
}
