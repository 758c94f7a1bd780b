import type { Part, PartDetails } from '../../core/api/contract/mail.ts';
import { partUrl, type MessageAt } from '../../core/api/contract/resources.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import { TextResource } from './text-resource.svelte.ts';

/** The part that is looked at closely. */
export class PartInspector {
  number = $state<string | undefined>();
  details = $state.raw<PartDetails | undefined>();
  failure = $state('');
  readonly source: TextResource;
  #key = '';
  readonly #api: Pick<Api, 'mail'>;

  constructor(api: Pick<Api, 'mail'>, fetch: (url: string) => Promise<Response>) {
    this.#api = api;
    this.source = new TextResource(fetch);
  }

  /** Loads what there is to say about the part; an answer that comes after another one was chosen is dropped. */
  async choose(at: MessageAt, { number }: Pick<Part, 'number'>): Promise<void> {
    const key = `${at.id} ${at.inside} ${number}`;
    if (key === this.#key && this.failure === '') return;
    this.#key = key;
    this.number = number;
    this.details = undefined;
    this.failure = '';
    try {
      const details = await this.#api.mail.part({ ...at, number });
      if (key === this.#key) this.details = details;
    } catch (cause) {
      if (key === this.#key) this.failure = explain(cause);
    }
  }

  loadSource(at: MessageAt, part: Pick<Part, 'number' | 'size'>): Promise<void> {
    const url = partUrl(at, part.number, { raw: 1 });
    return this.source.load(url, part.size, (first) => partUrl(at, part.number, { raw: 1, first }));
  }
}
