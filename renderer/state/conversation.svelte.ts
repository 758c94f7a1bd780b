import type { MessageRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';

/** The conversation of the opened message. */
export class Conversation {
  messages = $state.raw<readonly MessageRow[]>([]);
  readonly #api: Pick<Api, 'mail'>;
  #asked = 0;

  constructor(api: Pick<Api, 'mail'>) {
    this.#api = api;
  }

  async load(id: number): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { messages } = await this.#api.mail.thread({ id });
      if (asked === this.#asked) this.messages = messages;
    } catch {
      // Gone, or offline, which the status bar says.
      if (asked === this.#asked) this.messages = [];
    }
  }
}
