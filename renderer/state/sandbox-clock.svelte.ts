import type { ClockState } from '../../core/api/contract/clock.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Ticker } from './ticker.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface SandboxClockDependencies {
  readonly api: Pick<Api, 'clock'>;
  readonly live: Pick<Live, 'status'>;
  readonly ticker: Pick<Ticker, 'now'>;
  readonly toasts: Pick<Toasts, 'attempt'>;
}

/** The sandbox's time, which can be let run ahead of the machine's. */
export class SandboxClock {
  /** A skip is under way: the queue lives through it. */
  isSkipping = $state(false);
  readonly #live: SandboxClockDependencies['live'];
  readonly #ticker: SandboxClockDependencies['ticker'];
  readonly #api: SandboxClockDependencies['api'];
  readonly #toasts: SandboxClockDependencies['toasts'];
  /** What the last call answered, until the status tells more. */
  #told = $state.raw<ClockState | undefined>();
  readonly #state: ClockState | undefined = $derived.by(() => {
    const status = this.#live.status?.clock;
    if (this.#told === undefined || status === undefined) return this.#told ?? status;
    return this.#told.now > status.now || this.#told.skippedMs === 0 ? this.#told : status;
  });
  readonly skippedMs: number = $derived(this.#state?.skippedMs ?? 0);
  readonly msPerSecond: number = $derived(this.#state?.msPerSecond ?? 0);
  readonly isAhead: boolean = $derived(this.skippedMs > 0 || this.msPerSecond > 0);
  readonly now: number = $derived.by(() => this.#ticker.now + this.skippedMs);

  constructor({ api, live, ticker, toasts }: SandboxClockDependencies) {
    this.#api = api;
    this.#live = live;
    this.#ticker = ticker;
    this.#toasts = toasts;
  }

  async skip(seconds: number): Promise<void> {
    this.isSkipping = true;
    await this.#ask(() => this.#api.clock.skip({ seconds }));
    this.isSkipping = false;
  }

  /** So many seconds every second; 0 ends it. */
  run(secondsPerSecond: number): Promise<void> {
    return this.#ask(() => this.#api.clock.run({ secondsPerSecond }));
  }

  reset(): Promise<void> {
    return this.#ask(() => this.#api.clock.reset());
  }

  async #ask(call: () => Promise<ClockState>): Promise<void> {
    await this.#toasts.attempt(async () => {
      this.#told = await call();
    });
  }
}
