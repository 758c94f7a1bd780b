/** The configuration folder as the calls need it: files as they stand, drafts checked, revisions. */
import type { Problem } from '../contract/common.ts';
import type { ConfigFile, ParameterView, Setting } from '../contract/config.ts';

export type ApplyResult =
  | { readonly kind: 'applied'; readonly revision: number; readonly problems: readonly Problem[] }
  /** Files that are not the version the draft began with. Nothing was written. */
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  /** The check found errors. Nothing was written. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export interface ConfigArea {
  readonly directory: string;
  files(): Promise<readonly ConfigFile[]>;
  read(name: string): Promise<{ readonly text: string; readonly version: string } | undefined>;
  check(drafts: Readonly<Record<string, string>>): Promise<readonly Problem[]>;
  apply(
    files: Readonly<Record<string, { readonly text: string; readonly version: string }>>,
    force: boolean,
  ): Promise<ApplyResult>;
  settings(): Promise<readonly Setting[]>;
  parameters(): Promise<readonly ParameterView[]>;
  parameter(name: string): Promise<ParameterView>;
}
