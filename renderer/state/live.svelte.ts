import type { SandpostEvent, Status } from '../../core/api/contract/sandbox.ts';
import type { Api, Connection } from './connection.svelte.ts';

/** `resync`: the line is new, so anything may have happened meanwhile. */
export type LiveEvent = SandpostEvent | { readonly kind: 'resync' };

const RATE_SAMPLES = 60;
const STATUS_EVERY_MS = 1_000;

/** Listens to the engine's events as long as there is a line, and keeps the status that they tell. */
export class Live {
  status = $state.raw<Status | undefined>();
  /** Messages a second, one sample a second, newest last. */
  rates = $state.raw<readonly number[]>([]);
  readonly #api: Api;
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  constructor(connection: Pick<Connection, 'api' | 'onOpen'>) {
    this.#api = connection.api;
    connection.onOpen(() => void this.#listen());
  }

  on(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Samples the rate once a second for the graph; returns what ends that. */
  sample(): () => void {
    const timer = setInterval(() => {
      if (this.status === undefined) return;
      this.rates = [...this.rates, this.status.rate].slice(-RATE_SAMPLES);
    }, STATUS_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }

  async #listen(): Promise<void> {
    try {
      const events = await this.#api.sandbox.events({ log: 'news' });
      this.#tell({ kind: 'resync' });
      this.status = await this.#api.sandbox.status();
      for await (const event of events) {
        if (event.kind === 'status') this.status = event.status;
        this.#tell(event);
      }
    } catch {
      // The line broke; the connection dials again and we are called again.
    }
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
