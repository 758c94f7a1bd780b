import type { QueueAction, QueueEntry } from '../../core/api/contract/queue.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live, LiveEvent } from './live.svelte.ts';
import { throttle } from './throttle.ts';
import type { Toasts } from './toasts.svelte.ts';

const REFRESH_EVERY_MS = 400;
const LIMIT = 1_000;

interface QueueCounts {
  readonly incoming: number;
  readonly active: number;
  readonly deferred: number;
  readonly hold: number;
}

const DONE: Readonly<Record<QueueAction, string>> = {
  flush: 'Trying again now',
  hold: 'Put on hold',
  release: 'Released',
  requeue: 'Requeued',
  delete: 'Deleted from the queue',
  expire: 'Expired',
  bounce: 'Returned to the sender',
  schedule: 'Next try changed',
};

/** The queue as it is, which rows are selected, and the one whose recipients and log lines are shown. */
export class Queue {
  entries = $state.raw<readonly QueueEntry[]>([]);
  counts = $state.raw<QueueCounts>({ incoming: 0, active: 0, deferred: 0, hold: 0 });
  bouncedToday = $state(0);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  current = $state<string | undefined>();
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  log = $state.raw<readonly string[]>([]);
  readonly ids: readonly string[] = $derived.by(() => {
    if (this.chosen.size > 0) return [...this.chosen];
    return this.current === undefined ? [] : [this.current];
  });
  readonly entry: QueueEntry | undefined = $derived(
    this.entries.find((entry) => entry.queueId === this.current),
  );
  readonly total: number = $derived(
    this.counts.incoming + this.counts.active + this.counts.deferred + this.counts.hold,
  );
  readonly #api: Pick<Api, 'queue'>;
  readonly #toasts: Toasts;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());
  #anchor = 0;
  #isWatched = false;

  constructor(api: Pick<Api, 'queue'>, live: Pick<Live, 'on'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    live.on((event: LiveEvent) => {
      if (this.#isWatched && (event.kind === 'queue' || event.kind === 'resync')) this.#refresh();
    });
  }

  /** From now on the entries are kept up to date; returns what ends that. Nobody looks at them most of the time. */
  watch(): () => void {
    this.#isWatched = true;
    this.#refresh();
    return () => {
      this.#isWatched = false;
    };
  }

  async load(): Promise<void> {
    try {
      const answer = await this.#api.queue.list({ limit: LIMIT });
      this.entries = answer.entries;
      this.counts = answer.counts;
      this.bouncedToday = answer.bouncedToday;
      this.state = 'ready';
      this.#forgetGone();
      if (this.current !== undefined) await this.#loadLog(this.current);
    } catch (cause) {
      this.failure = explain(cause);
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  indexOf(queueId: string | undefined): number {
    return this.entries.findIndex((entry) => entry.queueId === queueId);
  }

  select(queueId: string): void {
    this.current = queueId;
    this.chosen = new Set();
    this.#anchor = this.indexOf(queueId);
    void this.#loadLog(queueId);
  }

  toggle(queueId: string): void {
    const chosen = new Set(this.ids);
    if (!chosen.delete(queueId)) chosen.add(queueId);
    this.#anchor = this.indexOf(queueId);
    this.current = queueId;
    this.chosen = chosen;
    void this.#loadLog(queueId);
  }

  extendTo(queueId: string): void {
    const target = this.indexOf(queueId);
    const [from, to] = [Math.min(this.#anchor, target), Math.max(this.#anchor, target)];
    this.chosen = new Set(this.entries.slice(from, to + 1).map((entry) => entry.queueId));
    this.current = queueId;
    void this.#loadLog(queueId);
  }

  all(): void {
    this.chosen = new Set(this.entries.map((entry) => entry.queueId));
  }

  /** Moves the current row; answers its index, -1 in an empty queue. */
  move(by: number, isExtending: boolean): number {
    const index = Math.max(0, Math.min(this.indexOf(this.current) + by, this.entries.length - 1));
    const entry = this.entries[index];
    if (entry === undefined) return -1;
    if (isExtending) this.extendTo(entry.queueId);
    else this.select(entry.queueId);
    return index;
  }

  async act(action: QueueAction): Promise<void> {
    const ids = [...this.ids];
    if (ids.length === 0) return;
    let changed = 0;
    const wasDone = await this.#toasts.attempt(async () => {
      changed = (await this.#api.queue.act({ action, ids })).changed.length;
    });
    if (!wasDone) return;
    this.#toasts.show(changed === 0 ? 'Nothing to do for this selection' : `${DONE[action]}: ${changed}`);
    await this.load();
  }

  #forgetGone(): void {
    const here = new Set(this.entries.map((entry) => entry.queueId));
    if (this.current !== undefined && !here.has(this.current)) this.current = undefined;
    const chosen = [...this.chosen].filter((id) => here.has(id));
    if (chosen.length !== this.chosen.size) this.chosen = new Set(chosen);
  }

  async #loadLog(queueId: string): Promise<void> {
    try {
      const { lines } = await this.#api.queue.log({ queueId });
      if (this.current === queueId) this.log = lines;
    } catch {
      if (this.current === queueId) this.log = []; // the message has left the queue; the row goes with the next event
    }
  }
}
