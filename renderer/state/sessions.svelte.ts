import { safe } from '@orpc/client';
import type { SessionDetail, SessionRow } from '../../core/api/contract/log.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live } from './live.svelte.ts';
import { throttle } from './throttle.ts';

const REFRESH_EVERY_MS = 500;

/** The last SMTP sessions, and the one whose transcript is shown. */
export class Sessions {
  rows = $state.raw<readonly SessionRow[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  current = $state<number | undefined>();
  detail = $state.raw<SessionDetail | undefined>();
  readonly #api: Pick<Api, 'sessions'>;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());
  #isWatched = false;

  constructor(api: Pick<Api, 'sessions'>, live: Pick<Live, 'on'>) {
    this.#api = api;
    live.on((event) => {
      if (this.#isWatched && (event.kind === 'log' || event.kind === 'resync')) this.#refresh();
    });
  }

  /** From now on they are kept up to date; returns what ends that. */
  watch(): () => void {
    this.#isWatched = true;
    this.#refresh();
    return () => {
      this.#isWatched = false;
    };
  }

  indexOf(number: number | undefined): number {
    return this.rows.findIndex((row) => row.number === number);
  }

  async load(): Promise<void> {
    const [error, answer] = await safe(this.#api.sessions.list({}));
    if (error !== null) {
      this.failure = explain(error);
      if (this.state === 'loading') this.state = 'failed';
      return;
    }
    this.rows = answer.sessions;
    this.state = 'ready';
    // a session that is under way goes on being told
    if (this.detail?.endedAt === null) await this.show(this.detail.number);
  }

  async show(number: number): Promise<void> {
    this.current = number;
    const [, detail] = await safe(this.#api.sessions.get({ number }));
    if (this.current === number) this.detail = detail;
  }
}
