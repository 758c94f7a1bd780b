import type { MessageRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';

export interface TourDependencies {
  readonly api: Pick<Api, 'mail'>;
  readonly live: Pick<Live, 'on'>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
}

export type TourStep = 1 | 2 | 3;
const KEY = 'sandpost.tour';
const OVER = 'over';

/**
 * The first steps: what this is, sending a message from one's own software, and that message here. Shown while there is no
 * mail until it is over, and again whenever it is asked for.
 */
export class Tour {
  step = $state<TourStep>(1);
  /** What it is to be sent with, by name. */
  way = $state('Terminal');
  /** Shown whatever mail there is. */
  isAsked = $state(false);
  /** It was seen to its end, or skipped. */
  isOver = $state(false);
  /** What came in while it was shown. */
  arrived = $state.raw<MessageRow | undefined>();
  readonly #deps: TourDependencies;
  #watchers = 0;

  constructor(deps: TourDependencies) {
    this.#deps = deps;
    this.isOver = deps.storage.getItem(KEY) === OVER;
    deps.live.on((event) => {
      const isWaiting = this.#watchers > 0 && !this.isOver && this.arrived === undefined;
      if (event.kind === 'mail' && event.arrived > 0 && isWaiting) void this.#greet();
    });
  }

  ask(): void {
    this.step = 1;
    this.arrived = undefined;
    this.isAsked = true;
    this.isOver = false;
  }

  go(step: TourStep): void {
    this.step = step;
  }

  /** Skipped, or done. */
  end(): void {
    this.isAsked = false;
    this.isOver = true;
    this.#deps.storage.setItem(KEY, OVER);
  }

  /** While it can be seen it waits for mail; returns what ends that. */
  watch(): () => void {
    this.#watchers++;
    return () => {
      this.#watchers--;
    };
  }

  async #greet(): Promise<void> {
    // The list has mail from now on; the tour stays until its last step was seen.
    this.isAsked = true;
    try {
      const { messages } = await this.#deps.api.mail.list({ limit: 1 });
      this.arrived = messages[0];
      this.step = 3;
    } catch {
      // Offline is said by the status bar; the next message is as good.
    }
  }
}
