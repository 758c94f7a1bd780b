import type { SavedSearch, TagRule } from '../../core/api/contract/finding.ts';
import type { Api } from './connection.svelte.ts';
import type { Mail } from './mail.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface FindingDependencies {
  readonly api: Pick<Api, 'tags' | 'searches' | 'rules'>;
  readonly mail: Mail;
  readonly toasts: Toasts;
}

/** Saved searches, tags and the rules that put them on new mail. */
export class Finding {
  rules = $state.raw<readonly TagRule[] | undefined>();
  /** The tags of the selection are being changed. */
  isTagging = $state(false);
  /** The open search is being given a name. */
  isSaving = $state(false);
  readonly #api: FindingDependencies['api'];
  readonly #mail: Mail;
  readonly #toasts: Toasts;

  constructor({ api, mail, toasts }: FindingDependencies) {
    this.#api = api;
    this.#mail = mail;
    this.#toasts = toasts;
  }

  save(name: string, search: string, id?: number): Promise<boolean> {
    return this.#toasts.attempt(() =>
      this.#api.searches.put({ name, search, ...(id === undefined ? {} : { id }) }),
    );
  }

  /** With a way back. */
  async forget({ id, name, search }: SavedSearch): Promise<void> {
    if (!(await this.#toasts.attempt(() => this.#api.searches.remove({ id })))) return;
    const run = () => void this.save(name, search);
    this.#toasts.show(`The search “${name}” is deleted`, { action: { label: 'Undo', run } });
  }

  /** Puts a tag on messages, or takes it off. */
  async tag(ids: ReadonlySet<number>, change: { add?: string[]; remove?: string[] }): Promise<void> {
    const list = [...ids];
    this.#mail.patchTags(ids, change);
    await this.#toasts.attempt(() => this.#api.tags.change({ ids: list, ...change }));
  }

  async renameTag(from: string, to: string): Promise<boolean> {
    return this.#toasts.attempt(() => this.#api.tags.rename({ from, to }));
  }

  async removeTag(name: string): Promise<void> {
    if (await this.#toasts.attempt(() => this.#api.tags.remove({ name }))) {
      this.#toasts.show(`The tag “${name}” is gone`);
    }
  }

  async loadRules(): Promise<void> {
    await this.#toasts.attempt(async () => {
      this.rules = (await this.#api.rules.list({})).rules;
    });
  }

  addRule(search: string, tag: string): Promise<boolean> {
    return this.#toasts.attempt(async () => {
      this.rules = (await this.#api.rules.add({ search, tag })).rules;
    });
  }

  removeRule(id: number): Promise<boolean> {
    return this.#toasts.attempt(async () => {
      this.rules = (await this.#api.rules.remove({ id })).rules;
    });
  }
}
