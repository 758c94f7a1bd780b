/** Tags, saved searches, rules and keeping as the calls need them. */
import type { Keeping, SavedSearch, TagRule } from '../contract/finding.ts';

export interface FindingArea {
  /** Answers the messages whose tags changed. */
  tag(
    ids: readonly number[],
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<readonly number[]>;
  /** false: there is no such tag, or one of the new name. */
  renameTag(from: string, to: string): Promise<boolean>;
  /** How many messages had it. */
  removeTag(name: string): Promise<number>;
  /** undefined: another search has the name. */
  putSearch(search: {
    readonly id?: number | undefined;
    readonly name: string;
    readonly search: string;
  }): Promise<SavedSearch | undefined>;
  removeSearch(id: number): Promise<boolean>;
  rules(): Promise<readonly TagRule[]>;
  addRule(rule: Omit<TagRule, 'id'>): Promise<readonly TagRule[]>;
  removeRule(id: number): Promise<readonly TagRule[]>;
  keeping(): Promise<Keeping>;
  setKeeping(change: { readonly [K in keyof Keeping]?: Keeping[K] | undefined }): Promise<Keeping>;
}
