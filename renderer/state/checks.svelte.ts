import type { Checks as Found, LinkAnswer } from '../../core/api/contract/checks.ts';
import type { MessageAt } from '../../core/api/contract/resources.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

/** Who steps through a list has no use for checks of each message. */
const PAUSE_MS = 400;

const keyOf = ({ id, inside }: MessageAt) => `${id} ${inside}`;

/** What checks found in the opened message: errors and warnings are counted on its tab. */
export class Checks {
  found = $state.raw<Found | undefined>();
  answers = $state.raw<readonly LinkAnswer[] | undefined>();
  isAsking = $state(false);
  failure = $state('');
  readonly count: number = $derived.by(() => {
    if (this.found === undefined) return 0;
    const { message, unsubscribe, links } = this.found;
    const findings = [...message, ...(unsubscribe?.findings ?? [])];
    return (
      findings.filter(({ severity }) => severity !== 'note').length +
      links.filter(({ warnings }) => warnings.length > 0).length
    );
  });
  #key = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #api: Pick<Api, 'mail'>;

  constructor(api: Pick<Api, 'mail'>) {
    this.#api = api;
  }

  /** Checks the message after a pause, unless another one is opened by then. */
  plan(at: MessageAt | undefined): void {
    if (at !== undefined && keyOf(at) === this.#key) return;
    clearTimeout(this.#timer);
    this.#key = at === undefined ? '' : keyOf(at);
    this.found = undefined;
    this.answers = undefined;
    this.failure = '';
    if (at !== undefined) this.#timer = setTimeout(() => void this.load(at), PAUSE_MS);
  }

  async load(at: MessageAt): Promise<void> {
    const key = keyOf(at);
    try {
      const found = await this.#api.mail.checks(at);
      if (key === this.#key) this.found = found;
    } catch (cause) {
      if (key === this.#key) this.failure = explain(cause);
    }
  }

  /** Asks the message's links on this machine. */
  async ask(at: MessageAt): Promise<void> {
    const key = keyOf(at);
    this.isAsking = true;
    try {
      const { answers } = await this.#api.mail.askLinks(at);
      if (key === this.#key) this.answers = answers;
    } catch (cause) {
      if (key === this.#key) this.failure = explain(cause);
    } finally {
      this.isAsking = false;
    }
  }
}
