import type { Keeping as Settings } from '../../core/api/contract/finding.ts';
import type { Api } from './connection.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What is kept for how long, and where tags come from. */
export class Keeping {
  isOpen = $state(false);
  settings = $state.raw<Settings | undefined>();
  readonly #api: Pick<Api, 'keeping'>;
  readonly #toasts: Toasts;

  constructor(api: Pick<Api, 'keeping'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  open(): void {
    this.isOpen = true;
    void this.load();
  }

  async load(): Promise<void> {
    await this.#toasts.attempt(async () => {
      this.settings = await this.#api.keeping.get({});
    });
  }

  set(change: Partial<Settings>): Promise<boolean> {
    return this.#toasts.attempt(async () => {
      this.settings = await this.#api.keeping.set(change);
    });
  }
}
