import type { ClockState } from '../../core/api/contract/clock.ts';
import type { Status } from '../../core/api/contract/sandbox.ts';
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
  /** What the last call answered, until the next status tells more. */
  #told = $state.raw<{ readonly clock: ClockState; readonly before: Status | undefined } | undefined>();
  readonly #state: ClockState | undefined = $derived.by(() => {
    const { status } = this.#live;
    return this.#told !== undefined && this.#told.before === status ? this.#told.clock : status?.clock;
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
      const clock = await call();
      this.#told = { clock, before: this.#live.status };
    });
  }
}
