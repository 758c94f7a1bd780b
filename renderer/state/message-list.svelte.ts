import type { Folder, MessageRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { LiveEvent } from './live.svelte.ts';
import { MessagePager } from './message-pager.ts';
import { AHEAD, mergeKept, need, PAGE, type Run, type Seen } from './message-run.ts';
import { throttle } from './throttle.ts';

const PAGE_LARGEST = 500;
const REFRESH_EVERY_MS = 200;

/**
 * A folder of any length, newest first, of which only one run of neighbouring rows is in memory. The view says what it
 * sees; the run is grown at either end by key, or taken anew where the person jumped to. New mail moves the
 * run down instead of the person: `origin` counts by how many rows.
 */
export class MessageList {
  run = $state.raw<Run>({ first: 0, rows: [] });
  total = $state(0);
  origin = $state(0);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  folder = $state.raw<Folder>({ kind: 'all' });
  search = $state('');
  /** Of each conversation only the newest message. */
  isThreaded = $state(false);
  readonly #api: Pick<Api, 'mail'>;
  readonly #count: (folder: Folder) => number | undefined;
  #pager = new MessagePager((range) => this.#page(range));
  #seen: Seen = { from: 0, to: 0 };
  /** Changes with every opened folder, so that late answers are recognised. */
  #opened = 0;
  #isGrowing = false;
  #isTotalKnown = false;
  /** Rows that left the folder by being looked at (Unread) stay until it is opened again. */
  readonly #kept = new Map<number, MessageRow>();
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.#reload());

  /** `count`: how many messages a folder has, where that is known. */
  constructor(api: Pick<Api, 'mail'>, count: (folder: Folder) => number | undefined) {
    this.#api = api;
    this.#count = count;
  }

  at(index: number): MessageRow | undefined {
    return this.run.rows[index - this.run.first];
  }

  /** The index of a row in memory; -1 when it is not. */
  indexOf(id: number): number {
    const place = this.run.rows.findIndex((row) => row.id === id);
    return place === -1 ? -1 : this.run.first + place;
  }

  async open(folder: Folder, search: string): Promise<void> {
    const opened = ++this.#opened;
    this.folder = folder;
    this.search = search;
    this.state = 'loading';
    this.run = { first: 0, rows: [] };
    this.total = 0;
    this.#isTotalKnown = false;
    this.#seen = { from: 0, to: 0 };
    this.#pager = new MessagePager((range) => this.#page(range));
    this.#kept.clear();
    try {
      const page = await this.#page({ limit: PAGE });
      if (opened !== this.#opened) return;
      this.#put({ first: 0, rows: page.messages }, page.hasMore);
      this.state = 'ready';
      this.recount();
    } catch (cause) {
      if (opened !== this.#opened) return;
      this.failure = explain(cause);
      this.state = 'failed';
    }
  }

  /** Takes the folder's count anew. Mail that arrived above what is seen moves everything down. */
  recount(): void {
    const total = this.#count(this.folder);
    if (total === undefined || this.search !== '' || this.isThreaded || this.state !== 'ready') return;
    const more = total - this.total;
    if (this.run.first > 0 && this.#isTotalKnown && more > 0) {
      this.run = { first: this.run.first + more, rows: this.run.rows };
      this.origin += more;
    }
    this.#isTotalKnown = true;
    this.total = Math.max(total, this.run.first + this.run.rows.length);
  }

  /** Rows [from, to) are seen now. */
  see(from: number, to: number): void {
    this.#seen = { from, to };
    void this.#grow();
  }

  take(event: LiveEvent): void {
    if (event.kind === 'mail') {
      this.#pager.newest = Math.max(this.#pager.newest, event.newest);
      this.#refresh();
    } else if (event.kind === 'resync') {
      if (this.state === 'ready') this.#refresh();
      else if (this.state === 'failed') void this.open(this.folder, this.search);
    }
  }

  /** Shows at once what was asked for; the engine's answer confirms it. */
  patch(ids: ReadonlySet<number>, change: Partial<Pick<MessageRow, 'isRead' | 'isStarred'>>): void {
    const rows = this.run.rows.map((row) => (ids.has(row.id) ? { ...row, ...change } : row));
    if (change.isRead === true && this.folder.kind === 'unread') {
      for (const row of rows) if (ids.has(row.id)) this.#kept.set(row.id, row);
    }
    this.run = { first: this.run.first, rows };
  }

  patchEach(ids: ReadonlySet<number>, change: (row: MessageRow) => MessageRow): void {
    const rows = this.run.rows.map((row) => (ids.has(row.id) ? change(row) : row));
    this.run = { first: this.run.first, rows };
  }

  drop(ids: ReadonlySet<number>): void {
    for (const id of ids) this.#kept.delete(id);
    const rows = this.run.rows.filter((row) => !ids.has(row.id));
    this.total -= this.run.rows.length - rows.length;
    this.run = { first: this.run.first, rows };
  }

  #page(range: { before?: number; limit: number }) {
    const { folder, search, isThreaded: threaded } = this;
    return this.#api.mail.list({ folder, search, threaded, ...range });
  }

  #put({ first, rows }: Run, hasMore: boolean): void {
    const all = this.#kept.size === 0 ? rows : mergeKept(rows, [...this.#kept.values()]);
    this.run = { first, rows: all };
    this.#pager.newest = Math.max(this.#pager.newest, all[0]?.id ?? 0);
    const end = first + all.length;
    if (!hasMore) this.total = end;
    else this.total = Math.max(this.total, end + (this.#isTotalKnown ? 1 : PAGE));
  }

  /** Reads again what is seen, after something changed. */
  async #reload(): Promise<void> {
    const { first, rows } = this.run;
    const seen = this.#seen;
    if (this.state !== 'ready') return;
    const opened = this.#opened;
    const isAtHead = first === 0 && seen.to + AHEAD <= PAGE_LARGEST;
    const from = isAtHead ? 0 : Math.max(0, Math.min(seen.from - AHEAD - first, rows.length - 1));
    const top = rows[from];
    const limit = Math.min(PAGE_LARGEST, Math.max(PAGE, seen.to - first - from + AHEAD));
    try {
      const page = await this.#page({ limit, ...(isAtHead || !top ? {} : { before: top.id + 1 }) });
      if (opened !== this.#opened) return;
      if (this.run.rows !== rows)
        this.#refresh(); // changed meanwhile: once more
      else if (isAtHead) this.#putHead(page.messages, page.hasMore);
      else this.#put({ first: first + from, rows: page.messages }, page.hasMore);
    } catch {
      // Offline is said by the status bar; the next event asks again.
    }
  }

  /** Takes the newest page; what is looked at stays where it is when the person has scrolled. */
  #putHead(messages: readonly MessageRow[], hasMore: boolean): void {
    const { from } = this.#seen;
    const seen = this.at(from);
    const place = seen === undefined ? 0 : messages.findIndex((row) => row.id === seen.id);
    if (from > 0 && place === -1) return; // more came in than a page has: the counts move the run
    this.#put({ first: 0, rows: messages }, hasMore);
    if (from > 0 && place > from) this.origin += place - from;
  }

  async #grow(): Promise<void> {
    if (this.#isGrowing || this.state !== 'ready') return;
    this.#isGrowing = true;
    const opened = this.#opened;
    try {
      while (opened === this.#opened && (await this.#step())) {
        // one page after another until what is seen is there
      }
    } catch {
      // Offline: the next scroll or event tries again.
    } finally {
      this.#isGrowing = false;
    }
  }

  /** Loads one page where it is needed; answers whether to look again. */
  async #step(): Promise<boolean> {
    const { run, total } = this;
    const wanted = need(run, this.#seen, total);
    const loaded = await this.#pager.load(wanted, { run, total, seen: () => this.#seen });
    if (loaded === undefined) return false;
    if (loaded === 'again' || this.run.rows !== run.rows) return true;
    this.origin += loaded.moved;
    this.#put(loaded.run, loaded.hasMore);
    return true;
  }
}
