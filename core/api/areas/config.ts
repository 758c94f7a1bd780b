/** The configuration folder as the calls need it: files as they stand, drafts checked, revisions. */
import type { Problem } from '../contract/common.ts';
import type { ConfigFile, Meaning, ParameterView, Revision, Setting } from '../contract/config.ts';

export type ApplyResult =
  | { readonly kind: 'applied'; readonly revision: number; readonly problems: readonly Problem[] }
  /** Files that are not the version the draft began with. Nothing was written. */
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  /** The check found errors. Nothing was written. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export interface RevisionTexts extends Revision {
  readonly texts: Readonly<Record<string, string>>;
  readonly before: Readonly<Record<string, string>>;
  readonly now: Readonly<Record<string, string>>;
}

export interface ConfigArea {
  readonly directory: string;
  files(): Promise<readonly ConfigFile[]>;
  read(name: string): Promise<{ readonly text: string; readonly version: string } | undefined>;
  check(drafts: Readonly<Record<string, string>>): Promise<readonly Problem[]>;
  apply(
    files: Readonly<Record<string, { readonly text: string; readonly version: string }>>,
    force: boolean,
  ): Promise<ApplyResult>;
  compare(drafts: Readonly<Record<string, string>>): Promise<Meaning>;
  revisions(limit: number): Promise<readonly Revision[]>;
  revision(number: number): Promise<RevisionTexts | undefined>;
  /** undefined: there is no such revision. */
  restore(number: number, force: boolean): Promise<ApplyResult | undefined>;
  settings(): Promise<readonly Setting[]>;
  parameters(): Promise<readonly ParameterView[]>;
  parameter(name: string): Promise<ParameterView>;
}
