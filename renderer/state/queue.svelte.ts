import { safe } from '@orpc/client';
import type { QueueAction, QueueEntry, QueueRecipient } from '../../core/api/contract/queue.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live, LiveEvent } from './live.svelte.ts';
import { inOrder, nextOrder, type QueueColumn, type QueueOrder } from './queue-order.ts';
import { QueueSelection } from './queue-selection.svelte.ts';
import { throttle } from './throttle.ts';
import type { Toasts } from './toasts.svelte.ts';

const LIMIT = 5_000;
const HISTORY_EVERY_MS = 2_000;

interface QueueCounts {
  readonly incoming: number;
  readonly active: number;
  readonly deferred: number;
  readonly hold: number;
}

type Minutes = Awaited<ReturnType<Api['queue']['history']>>['minutes'];

const DONE: Readonly<Record<QueueAction, string>> = {
  flush: 'Trying again now',
  hold: 'Put on hold',
  release: 'Released',
  requeue: 'Requeued',
  delete: 'Deleted from the queue',
  expire: 'Expired',
  bounce: 'Returned to the sender',
  schedule: 'Given another time',
};

/** The queue as it is, which rows are selected, and the one whose recipients and log lines are shown. */
export class Queue {
  entries = $state.raw<readonly QueueEntry[]>([]);
  counts = $state.raw<QueueCounts>({ incoming: 0, active: 0, deferred: 0, hold: 0 });
  bouncedToday = $state(0);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  search = $state('');
  order = $state.raw<QueueOrder | undefined>();
  log = $state.raw<readonly string[]>([]);
  recipients = $state.raw<readonly QueueRecipient[]>([]);
  /** The last hour, by the minute. */
  minutes = $state.raw<Minutes>([]);
  readonly rows: readonly QueueEntry[] = $derived(inOrder(this.entries, this.order));
  readonly selection = new QueueSelection(() => this.rows);
  readonly entry: QueueEntry | undefined = $derived(
    this.entries.find((entry) => entry.queueId === this.selection.current),
  );
  readonly total: number = $derived(
    this.counts.incoming + this.counts.active + this.counts.deferred + this.counts.hold,
  );
  readonly #api: Pick<Api, 'queue'>;
  readonly #toasts: Toasts;
  // a long list is asked for less often: it is seconds' worth of reading anyway
  readonly #refresh = throttle(
    () => (this.entries.length > 1_000 ? 2_000 : 400),
    () => this.load(),
  );
  readonly #refreshHistory = throttle(HISTORY_EVERY_MS, () => this.#loadHistory());
  #isWatched = false;
  /** Whose details are shown, and at which attempt: they are read again only when that changes. */
  #shown = '';

  constructor(api: Pick<Api, 'queue'>, live: Pick<Live, 'on'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    live.on((event: LiveEvent) => {
      if (!this.#isWatched || (event.kind !== 'queue' && event.kind !== 'resync')) return;
      this.#refresh();
      this.#refreshHistory();
    });
  }

  /** From now on the entries are kept up to date; returns what ends that. Nobody looks at them most of the time. */
  watch(): () => void {
    this.#isWatched = true;
    this.#refresh();
    this.#refreshHistory();
    return () => {
      this.#isWatched = false;
    };
  }

  async load(): Promise<void> {
    const { search } = this;
    const [error, answer] = await safe(this.#api.queue.list({ limit: LIMIT, search }));
    if (search !== this.search) return;
    if (error !== null) {
      this.failure = explain(error);
      if (this.state === 'loading') this.state = 'failed';
      return;
    }
    this.entries = answer.entries;
    this.counts = answer.counts;
    this.bouncedToday = answer.bouncedToday;
    this.state = 'ready';
    this.selection.forgetGone();
    await this.#loadDetails();
  }

  find(search: string): void {
    this.search = search;
    void this.load();
  }

  sortBy(column: QueueColumn): void {
    this.order = nextOrder(this.order, column);
  }

  select(queueId: string): void {
    this.selection.select(queueId);
    void this.#loadDetails();
  }

  /** Any other change of the selection: the details follow the current row. */
  change(how: (selection: QueueSelection) => void): void {
    how(this.selection);
    void this.#loadDetails();
  }

  /** @param at for `schedule`: sandbox time */
  async act(action: QueueAction, at?: number): Promise<void> {
    const ids = [...this.selection.ids];
    if (ids.length === 0) return;
    const order = { action, ids, ...(at === undefined ? {} : { at }) };
    const [error, answer] = await safe(this.#api.queue.act(order));
    if (error !== null) {
      this.#toasts.show(explain(error), { tone: 'bad' });
      return;
    }
    const { changed, undo } = answer;
    const text =
      changed.length === 0 ? 'Nothing to do for this selection' : `${DONE[action]}: ${changed.length}`;
    const back = undo === null ? {} : { action: { label: 'Undo', run: () => void this.#undo(undo) } };
    this.#toasts.show(text, back);
    await this.load();
  }

  async #undo(undo: string): Promise<void> {
    await this.#toasts.attempt(async () => {
      const { changed } = await this.#api.queue.undo({ undo });
      this.#toasts.show(
        changed.length === 0 ? 'It could not be undone any more' : `In the queue again: ${changed.length}`,
      );
    });
    await this.load();
  }

  async #loadHistory(): Promise<void> {
    const [, answer] = await safe(this.#api.queue.history());
    if (answer !== undefined) this.minutes = answer.minutes;
  }

  async #loadDetails(): Promise<void> {
    const { entry } = this;
    if (entry === undefined) return;
    const { queueId, attempts, queue, nextAttemptAt } = entry;
    const shown = `${queueId} ${attempts} ${queue} ${nextAttemptAt ?? ''}`;
    if (shown === this.#shown) return;
    if (!this.#shown.startsWith(`${queueId} `)) {
      this.log = [];
      this.recipients = [];
    }
    this.#shown = shown;
    const [log, recipients] = await Promise.all([
      safe(this.#api.queue.log({ queueId })),
      safe(this.#api.queue.recipients({ queueId })),
    ]);
    // The message may have left the queue meanwhile; the row goes with the next event.
    if (this.#shown !== shown) return;
    this.log = log.data?.lines ?? [];
    this.recipients = recipients.data?.recipients ?? [];
  }
}
