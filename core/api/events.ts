/**
 * Live events for clients. The engine tells of every message; each client is told at most once in 100 ms, with all
 * that happened in between as one event of a kind. A client that does not read (a hidden tab, a stopped script) is
 * told nothing until it does, and then everything as one event again: nothing queues up for it.
 */
import type { SandpostEvent } from './contract/sandbox.ts';
import type { Engine, EngineEvent } from './engine.ts';
import { PendingEvents, type LinkEvent, type LogDetail } from './pending-events.ts';

/** Between two deliveries to one client. */
const PACE_MS = 100;
/** Between two `status` events. */
const STATUS_PACE_MS = 1000;

export interface EventHub {
  /** Everything from now on, until the signal, `return()`, or the hub's end. */
  follow(signal: AbortSignal | undefined, log?: LogDetail): AsyncIteratorObject<SandpostEvent, void, void>;
  /** Tells every client of a link that was clicked in some window's frame. */
  tell(event: LinkEvent): void;
  /** Ends every iterator. */
  close(): void;
}

type Result = IteratorResult<SandpostEvent, void>;
const DONE: Result = { done: true, value: undefined };

/** One client. */
class Follower implements AsyncIteratorObject<SandpostEvent, void, void> {
  readonly #engine: Engine;
  readonly #pending: PendingEvents;
  readonly #onEnd: (follower: Follower) => void;
  readonly #unsubscribe: () => void;
  #ready: SandpostEvent[] = [];
  #lastAt = -Infinity;
  #lastStatusAt = -Infinity;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(engine: Engine, log: LogDetail, onEnd: (follower: Follower) => void) {
    this.#engine = engine;
    this.#pending = new PendingEvents(log);
    this.#onEnd = onEnd;
    this.#unsubscribe = engine.subscribe((event) => {
      this.tell(event);
    });
  }

  tell(event: EngineEvent | LinkEvent): void {
    this.#pending.add(event);
    this.#wake?.();
  }

  async next(): Promise<Result> {
    for (;;) {
      if (this.#ended) return DONE;
      const event = this.#ready.shift();
      if (event !== undefined) return { done: false, value: event };
      await this.#untilDue();
      this.#ready = await this.#take();
    }
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve(DONE);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unsubscribe();
    this.#wake?.();
    this.#onEnd(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** When there will be something to tell; undefined: not before the next event. */
  #dueAt(): number | undefined {
    if (!this.#pending.isEmpty) return this.#lastAt + PACE_MS;
    if (this.#pending.wantsStatus) return this.#lastStatusAt + STATUS_PACE_MS;
    return undefined;
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#engine;
    while (!this.#ended) {
      const dueAt = this.#dueAt();
      if (dueAt !== undefined && dueAt <= clock.now()) return;
      await new Promise<void>((resolve) => {
        const cancel = dueAt === undefined ? undefined : clock.schedule(dueAt, resolve);
        // While a delivery is due at a known time, further events need not wake anybody.
        this.#wake = () => {
          if (this.#ended || dueAt === undefined || (this.#dueAt() ?? dueAt) < dueAt) {
            cancel?.();
            resolve();
          }
        };
      });
      this.#wake = undefined;
    }
  }

  async #take(): Promise<SandpostEvent[]> {
    const now = this.#engine.clock.now();
    const events = this.#pending.take();
    if (events.length > 0) this.#lastAt = now;
    if (this.#pending.wantsStatus && now - this.#lastStatusAt >= STATUS_PACE_MS) {
      this.#lastStatusAt = now;
      this.#pending.statusTold();
      const status = await this.#engine.status();
      events.push({ kind: 'status', status });
      // The rate falls back to 0 without any event of its own.
      if (status.rate > 0) this.#pending.add({ kind: 'status' });
    }
    return events;
  }
}

export function createEventHub(engine: Engine): EventHub {
  const followers = new Set<Follower>();
  return {
    follow(signal, log = 'lines') {
      const follower = new Follower(engine, log, (f) => followers.delete(f));
      followers.add(follower);
      signal?.addEventListener('abort', () => {
        follower.end();
      });
      if (signal?.aborted === true) follower.end();
      return follower;
    },
    tell(event) {
      for (const follower of followers) follower.tell(event);
    },
    close() {
      for (const follower of [...followers]) follower.end();
    },
  };
}
