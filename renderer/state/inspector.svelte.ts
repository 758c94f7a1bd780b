import type { ParameterView } from '../../core/api/contract/config.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

/** The parameter under the cursor: its default, its value in use, and whether it has an effect here. */
export class Inspector {
  name = $state<string | undefined>();
  parameter = $state.raw<ParameterView | undefined>();
  failure = $state('');
  readonly #api: Pick<Api, 'config'>;

  constructor(api: Pick<Api, 'config'>) {
    this.#api = api;
  }

  async inspect(name: string | undefined): Promise<void> {
    if (name === undefined || name === this.name) return;
    this.name = name;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { name } = this;
    if (name === undefined) return;
    try {
      const parameter = await this.#api.config.parameter({ name });
      if (name !== this.name) return;
      this.parameter = parameter;
      this.failure = '';
    } catch (cause) {
      if (name !== this.name) return;
      this.parameter = undefined;
      this.failure = explain(cause);
    }
  }
}
