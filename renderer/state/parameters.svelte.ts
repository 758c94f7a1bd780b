import { safe } from '@orpc/client';
import type { ParameterView } from '../../core/api/contract/config.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';
import { throttle } from './throttle.ts';

const REFRESH_EVERY_MS = 500;

/** Every parameter there is, with its value in use: what the editor completes and explains. */
export class Parameters {
  all = $state.raw<readonly ParameterView[]>([]);
  readonly byName: ReadonlyMap<string, ParameterView> = $derived(
    new Map(this.all.map((parameter) => [parameter.name, parameter])),
  );
  readonly #api: Pick<Api, 'config'>;
  #isWanted = false;

  constructor(api: Pick<Api, 'config'>, live: Pick<Live, 'on'>) {
    this.#api = api;
    const refresh = throttle(REFRESH_EVERY_MS, () => this.load());
    live.on(({ kind }) => {
      if (this.#isWanted && (kind === 'config' || kind === 'resync')) refresh();
    });
  }

  /** Asked for by the view that needs them; from then on they follow the configuration. */
  async load(): Promise<void> {
    this.#isWanted = true;
    const [, answer] = await safe(this.#api.config.parameters());
    if (answer !== undefined) this.all = answer.parameters;
  }
}
