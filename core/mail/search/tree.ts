/** What a search asks for, as a tree. Pure values: they travel between threads. */

/** Where the words of a text condition are looked for; `any` is everywhere but in the raw headers. */
export type TextField = 'any' | 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'body' | 'attachment';

/** Recipients' fates, and `undeliverable` for what bounced in whole or in part. */
export const SEARCH_STATUSES = [
  'queued',
  'delivered',
  'bounced',
  'deferred',
  'held',
  'discarded',
  'deleted',
  'relayed',
  'undeliverable',
] as const;
export type SearchStatus = (typeof SEARCH_STATUSES)[number];

export const SEARCH_FLAGS = ['unread', 'read', 'starred', 'unstarred'] as const;
export type SearchFlag = (typeof SEARCH_FLAGS)[number];

export const SEARCH_FEATURES = ['attachment', 'html', 'remote'] as const;
export type SearchFeature = (typeof SEARCH_FEATURES)[number];

export type SearchNode =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly SearchNode[] }
  | { readonly kind: 'not'; readonly node: SearchNode }
  /** Words that stand side by side; the last one only has to begin so when `isBeginning`. */
  | {
      readonly kind: 'text';
      readonly field: TextField;
      readonly text: string;
      readonly isBeginning: boolean;
    }
  /** `text` undefined: the header is there, whatever it says. */
  | {
      readonly kind: 'header';
      readonly name: string;
      readonly text: string | undefined;
      readonly isBeginning: boolean;
    }
  | { readonly kind: 'tag' | 'mailbox'; readonly name: string }
  | { readonly kind: 'status'; readonly status: SearchStatus }
  | { readonly kind: 'is'; readonly flag: SearchFlag }
  | { readonly kind: 'has'; readonly feature: SearchFeature }
  /** Arrived before, or at or after, that time (ms since the epoch). */
  | { readonly kind: 'before' | 'after'; readonly at: number }
  | { readonly kind: 'larger' | 'smaller'; readonly bytes: number }
  | { readonly kind: 'queue-id' | 'message-id'; readonly text: string }
  /** Something was typed, and nothing of it can be looked for: nothing is found. */
  | { readonly kind: 'nothing' };

/** What is wrong with a search, and where: characters [at, at + length). */
export interface SearchProblem {
  readonly at: number;
  readonly length: number;
  readonly message: string;
}
