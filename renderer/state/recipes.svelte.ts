import { isDefinedError, safe } from '@orpc/client';
import type { Recipe, RecipePlan, RecipeTrial } from '../../core/api/contract/recipes.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live } from './live.svelte.ts';
import { throttle } from './throttle.ts';
import type { Toasts } from './toasts.svelte.ts';

const REFRESH_EVERY_MS = 300;

/** Ready changes of the configuration: the one that is looked at, what it would change, what its test message shows. */
export class Recipes {
  all = $state.raw<readonly Recipe[]>([]);
  openId = $state<string | undefined>();
  fields = $state.raw<Readonly<Record<string, string>>>({});
  plan = $state.raw<RecipePlan | undefined>();
  trial = $state.raw<RecipeTrial | undefined>();
  isBusy = $state(false);
  failure = $state('');
  readonly open: Recipe | undefined = $derived.by(() => this.all.find(({ id }) => id === this.openId));
  readonly #api: Pick<Api, 'recipes'>;
  readonly #toasts: Toasts;
  #isWanted = false;
  #asked = 0;

  constructor(api: Pick<Api, 'recipes'>, live: Pick<Live, 'on'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    const refresh = throttle(REFRESH_EVERY_MS, () => this.load());
    live.on(({ kind }) => {
      if (this.#isWanted && (kind === 'config' || kind === 'resync')) refresh();
    });
  }

  async load(): Promise<void> {
    this.#isWanted = true;
    const [error, answer] = await safe(this.#api.recipes.list());
    if (error !== null) this.failure = explain(error);
    else {
      this.all = answer.recipes;
      this.failure = '';
      await this.#replan();
    }
  }

  async show(id: string | undefined): Promise<void> {
    if (id === this.openId) return;
    this.openId = id;
    this.fields = {};
    this.plan = undefined;
    this.trial = undefined;
    await this.#replan();
  }

  async fill(name: string, value: string): Promise<void> {
    this.fields = { ...this.fields, [name]: value };
    this.trial = undefined;
    await this.#replan();
  }

  async apply(): Promise<void> {
    const { open } = this;
    if (open === undefined) return;
    await this.#change(this.#api.recipes.apply({ id: open.id, fields: { ...this.fields } }), (revision) => {
      this.#toasts.show(`${open.title}: applied, configuration revision ${revision}`, {
        action: { label: 'Undo', run: () => void this.undo(open.id) },
      });
    });
  }

  async undo(id: string): Promise<void> {
    await this.#change(this.#api.recipes.undo({ id }), (revision) => {
      this.#toasts.show(`Taken back, configuration revision ${revision}`);
    });
  }

  /** The test message, dry. */
  async test(): Promise<void> {
    const { open } = this;
    if (open === undefined) return;
    this.isBusy = true;
    const [error, trial] = await safe(this.#api.recipes.test({ id: open.id, fields: { ...this.fields } }));
    this.isBusy = false;
    if (error !== null) this.#toasts.show(explain(error), { tone: 'bad' });
    else if (this.openId === open.id) this.trial = trial;
  }

  async #replan(): Promise<void> {
    const { openId } = this;
    if (openId === undefined) return;
    const asked = ++this.#asked;
    const [error, plan] = await safe(this.#api.recipes.plan({ id: openId, fields: { ...this.fields } }));
    if (asked !== this.#asked) return;
    this.plan = plan;
    this.failure = error === null ? '' : explain(error);
  }

  async #change(work: Promise<{ readonly revision: number }>, done: (revision: number) => void) {
    this.isBusy = true;
    const [error, answer] = await safe(work);
    this.isBusy = false;
    this.trial = undefined;
    if (error === null) done(answer.revision);
    else this.#toasts.show(reasonOf(error), { tone: 'bad' });
    await this.load();
  }
}

function reasonOf(error: Error): string {
  if (!isDefinedError(error)) return explain(error);
  const { data } = error as {
    data?: { files?: readonly string[]; problems?: readonly { message: string }[] };
  };
  const details = data?.files ?? data?.problems?.map(({ message }) => message) ?? [];
  return [explain(error), ...details].join(' ');
}
