/** What a restriction is, and what it is asked about. */
import type { Maybe } from '../../tables/maybe.ts';
import type { Subject } from './facts.ts';
import type { Run, Status } from './run.ts';

export interface Call extends Subject {
  /** As written in the list. */
  readonly name: string;
  /** The word that follows, for those that take one. */
  readonly argument: string;
  /** What is left of the list; some restrictions warn that it is ignored. */
  readonly next: string | undefined;
}

export interface Restriction {
  /** The kind of word that must follow. */
  readonly takes?: 'table' | 'domain' | 'server' | 'seconds';
  run(run: Run, call: Call): Maybe<Status>;
}

/** Restrictions by name, lower case. */
export type Restrictions = Readonly<Record<string, Restriction>>;
