import type { RefusalDetail, RefusalRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { LiveEvent } from './live.svelte.ts';
import { throttle } from './throttle.ts';

const PAGE = 200;
const REFRESH_EVERY_MS = 500;

/** Sessions that were refused something, newest first, and the opened one with its transcript. */
export class Refusals {
  rows = $state.raw<readonly RefusalRow[]>([]);
  hasMore = $state(false);
  state = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  failure = $state('');
  current = $state<number | undefined>();
  detail = $state.raw<RefusalDetail | undefined>();
  readonly #api: Pick<Api, 'refusals'>;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.#load());

  constructor(api: Pick<Api, 'refusals'>) {
    this.#api = api;
  }

  /** Loads the first page when it was not; from then on events keep it. */
  open(): void {
    if (this.state === 'ready') return;
    this.state = 'loading';
    this.#refresh();
  }

  async more(): Promise<void> {
    const last = this.rows.at(-1);
    if (last === undefined || !this.hasMore) return;
    const page = await this.#api.refusals.list({ before: last.id, limit: PAGE });
    if (this.rows.at(-1)?.id !== last.id) return;
    this.rows = [...this.rows, ...page.refusals];
    this.hasMore = page.hasMore;
  }

  async select(id: number): Promise<void> {
    this.current = id;
    if (this.detail?.id !== id) this.detail = undefined;
    try {
      const detail = await this.#api.refusals.get({ id });
      if (this.current === id) this.detail = detail;
    } catch (cause) {
      if (this.current === id) this.failure = explain(cause);
    }
  }

  take(event: LiveEvent): void {
    if (this.state === 'idle') return;
    if (event.kind === 'refusals' || event.kind === 'resync') this.#refresh();
  }

  async #load(): Promise<void> {
    try {
      const page = await this.#api.refusals.list({ limit: PAGE });
      const oldest = page.refusals.at(-1)?.id ?? 0;
      const older = this.rows.filter((row) => row.id < oldest);
      this.rows = [...page.refusals, ...older];
      if (older.length === 0) this.hasMore = page.hasMore;
      this.state = 'ready';
    } catch (cause) {
      if (this.state === 'ready') return;
      this.failure = explain(cause);
      this.state = 'failed';
    }
  }
}
