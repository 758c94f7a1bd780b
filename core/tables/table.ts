/** One interface for every lookup table (DATABASE_README), and for an ordered list of them (maps(3)). */
import type { Log } from '../util/log.ts';
import type { Drafts } from './lines.ts';

export type LookupResult =
  | {
      readonly kind: 'found';
      readonly value: string;
      /** `lmdb:/path/virtual`: which table answered, for the journey. */
      readonly table: string;
      /** The key that matched. */
      readonly key: string;
      /** Line in the source, where it is known. */
      readonly line?: number;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable'; readonly table: string; readonly reason: string };

export const ABSENT: LookupResult = { kind: 'absent' };

export interface Table {
  /** `type:name` as configured. */
  readonly name: string;
  /** False for regexp, pcre, cidr (DICT_FLAG_PATTERN): the whole key is looked up once, never its parts. */
  readonly wantsPartialKeys: boolean;
  /** Never throws: a table that fails answers `unavailable`. Synchronous where it can be. */
  lookup(key: string): LookupResult | Promise<LookupResult>;
  close(): void;
}

/** Several tables asked in order: the first that is not `absent` answers (maps_find). */
export interface Maps {
  readonly tables: readonly Table[];
  /** True when no table is configured. */
  readonly isEmpty: boolean;
  /** Looks the key up as it stands (folded where the table folds). `fixedOnly` skips pattern tables. */
  lookup(key: string, options?: { readonly fixedOnly?: boolean }): LookupResult | Promise<LookupResult>;
}

export interface OpenOptions {
  /** False: `$1` in a right-hand side makes a pattern table skip the rule (DICT_FLAG_NO_REGSUB). */
  readonly allowsSubstitution?: boolean;
}

/** Opens tables by their `type:name`, each once. */
export interface Tables {
  /** A table that cannot be opened answers `unavailable` with the reason (dict_surrogate). */
  open(specification: string, options?: OpenOptions): Table;
  /**
   * The value of an `..._maps` parameter: comma or white-space separated `type:name`.
   * @param title the parameter's name, for warnings
   */
  maps(value: string, title?: string, options?: OpenOptions): Maps;
  /** Where lists of patterns tell of tables that fail: the program's log. */
  readonly log?: Log;
  /** Texts in place of files, for who reads files that a parameter names. */
  readonly drafts?: Drafts;
  /** Whether the type exists here: `hash`, `regexp`, ... (`postconf -m`). */
  readonly types: readonly string[];
  /** The same tables for another program (`smtpd`, `local`): what is logged about them is logged as its own. */
  forProgram(program: string): Tables;
  /** Looks for tables that were rebuilt or edited since they were opened, and opens those anew. */
  refresh(): void;
  close(): void;
}
