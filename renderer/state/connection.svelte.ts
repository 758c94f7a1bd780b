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
  #line: Promise<Line>;
  #stopped = false;

  constructor(dial: Dial) {
    this.#dial = dial;
    this.#line = new Promise(() => undefined);
    const link: ClientLink<ClientContext> = {
      call: async (path, input, options) => {
        if (this.state === 'offline') throw new OfflineError('The sandbox cannot be reached.');
        return (await this.#line).link.call(path, input, options);
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
    this.#stopped = true;
    void this.#line.then((line) => {
      line.close();
    });
  }

  async #keep(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!this.#stopped) {
      const line = await this.#try();
      if (line === undefined) {
        this.state = 'offline';
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        continue;
      }
      wait = FIRST_WAIT_MS;
      await line.closed;
      this.state = 'offline';
    }
  }

  async #try(): Promise<Line | undefined> {
    const attempt = this.#dial();
    if (this.state === 'connecting') this.#line = attempt;
    try {
      const line = await attempt;
      this.#line = attempt;
      this.state = 'online';
      for (const listener of this.#opened) listener();
      return line;
    } catch {
      return undefined; // said by the state
    }
  }
}
