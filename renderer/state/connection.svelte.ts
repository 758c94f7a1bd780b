import { createORPCClient } from '@orpc/client';
import type { ClientContext, ClientLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../core/api/contract/index.ts';
import type { Dial, Line } from '../transport/line.ts';

export type Api = ContractRouterClient<Contract>;
export type ConnectionState = 'connecting' | 'online' | 'offline';

/** A call made while the engine cannot be reached. The status bar says so already. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** Keeps a line to the engine: dials, waits a little longer after each failure, dials again when the line is lost. */
export class Connection {
  state = $state<ConnectionState>('connecting');
  readonly api: Api;
  readonly #dial: Dial;
  readonly #opened = new Set<() => void>();
  readonly #firstTry: Promise<void>;
  #endFirstTry: () => void = () => undefined;
  #line: Line | undefined;
  #isStopped = false;

  constructor(dial: Dial) {
    this.#dial = dial;
    this.#firstTry = new Promise((resolve) => {
      this.#endFirstTry = resolve;
    });
    const link: ClientLink<ClientContext> = {
      call: async (path, input, options) => {
        if (this.state === 'connecting') await this.#firstTry;
        if (this.#line === undefined) throw new OfflineError('The sandbox cannot be reached.');
        return this.#line.link.call(path, input, options);
      },
    };
    this.api = createORPCClient<Api>(link);
  }

  /** Calls the listener each time a line is there; returns what ends that. */
  onOpen(listener: () => void): () => void {
    this.#opened.add(listener);
    return () => this.#opened.delete(listener);
  }

  start(): void {
    void this.#keep();
  }

  stop(): void {
    this.#isStopped = true;
    this.#line?.close();
  }

  async #keep(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!this.#isStopped) {
      if (await this.#try()) {
        wait = FIRST_WAIT_MS;
        await this.#line?.closed;
      } else {
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
      this.#line = undefined;
      this.state = 'offline';
    }
  }

  async #try(): Promise<boolean> {
    try {
      this.#line = await this.#dial();
      this.state = 'online';
      for (const listener of this.#opened) listener();
      return true;
    } catch {
      this.state = 'offline';
      return false;
    } finally {
      this.#endFirstTry();
    }
  }
}
