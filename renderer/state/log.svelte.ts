import { safe } from '@orpc/client';
import type { LogFilter } from '../../core/api/contract/log.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live } from './live.svelte.ts';
import { foundText, wholeText } from './log-export.ts';
import { parseLine, type ParsedLine } from './log-lines.ts';
import { LogWindow, PAGE_LINES } from './log-window.ts';
import { throttle } from './throttle.ts';

const REFRESH_EVERY_MS = 250;
/** Matches that are fetched at once, and kept. */
const FOUND_AT_ONCE = 1_000;
const MOST_FOUND = 20_000;

export const NO_FILTER: LogFilter = { queueId: '', session: '', program: '', text: '' };

/** The mail log: all of it by pages, or what a filter finds, live either way. */
export class Log {
  filter = $state.raw<LogFilter>(NO_FILTER);
  /** Numbers of the oldest line there is and of the next one. */
  first = $state(1);
  next = $state(1);
  /** What the filter found, oldest first; empty without a filter. */
  found = $state.raw<readonly ParsedLine[]>([]);
  /** There are older matches than these. */
  hasOlder = $state(false);
  current = $state<number | undefined>();
  /** The newest line is kept in view. */
  isFollowing = $state(true);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  readonly isFiltered: boolean = $derived(Object.values(this.filter).some((value) => value !== ''));
  readonly count: number = $derived(this.isFiltered ? this.found.length : this.next - this.first);
  /** Counts what came into the window, so that rows are read again. */
  #version = $state(0);
  readonly line: ParsedLine | undefined = $derived.by(() => {
    const { current } = this;
    if (current === undefined) return undefined;
    return this.isFiltered ? this.found.find(({ number }) => number === current) : this.#line(current);
  });
  readonly #api: Pick<Api, 'log'>;
  readonly #window = new LogWindow();
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());
  #isWatched = false;
  #asked = 0;
  #reading = new Set<number>();

  constructor(api: Pick<Api, 'log'>, live: Pick<Live, 'on'>) {
    this.#api = api;
    live.on((event) => {
      if (this.#isWatched && (event.kind === 'log' || event.kind === 'resync')) this.#refresh();
    });
  }

  /** From now on new lines are read; returns what ends that. */
  watch(): () => void {
    this.#isWatched = true;
    this.#refresh();
    return () => {
      this.#isWatched = false;
    };
  }

  at(index: number): ParsedLine | undefined {
    return this.isFiltered ? this.found[index] : this.#line(this.first + index);
  }

  numberAt(index: number): number {
    return this.isFiltered ? (this.found[index]?.number ?? -index) : this.first + index;
  }

  indexOf(number: number | undefined): number {
    if (number === undefined) return -1;
    return this.isFiltered ? this.found.findIndex((line) => line.number === number) : number - this.first;
  }

  /** The rows from `from` to `to` are looked at. */
  want(from: number, to: number): void {
    if (this.isFiltered) {
      if (from === 0 && this.hasOlder) void this.#findOlder();
      return;
    }
    for (const start of this.#window.missing(this.first + from, this.first + to)) void this.#read(start);
  }

  select(index: number): void {
    this.current = this.numberAt(Math.max(0, Math.min(index, this.count - 1)));
    if (index < this.count - 1) this.isFollowing = false;
  }

  narrow(part: Partial<LogFilter>): void {
    this.filter = { ...this.filter, ...part };
    this.found = [];
    this.hasOlder = false;
    this.isFollowing = true;
    this.#asked += 1;
    this.state = 'loading';
    void this.load();
  }

  clear(): void {
    const { current } = this;
    this.narrow(NO_FILTER);
    // the line goes on being shown, now among all others
    if (current !== undefined) {
      this.current = current;
      this.isFollowing = false;
    }
  }

  /** Reads what is new. */
  async load(): Promise<void> {
    const asked = this.#asked;
    const newest = this.found.at(-1)?.number;
    const [error, page] = this.isFiltered
      ? await safe(
          this.#api.log.find({
            ...this.filter,
            limit: FOUND_AT_ONCE,
            ...(newest === undefined ? {} : { after: newest }),
          }),
        )
      : await safe(this.#api.log.read({ limit: PAGE_LINES }));
    if (asked !== this.#asked) return;
    if (error !== null) {
      this.failure = explain(error);
      if (this.state === 'loading') this.state = 'failed';
      return;
    }
    this.first = page.first;
    this.next = page.next;
    if (this.isFiltered) this.#add(page.lines.map(parseLine), newest === undefined);
    else {
      this.#window.put(page);
      this.#version += 1;
    }
    this.state = 'ready';
  }

  /** All lines that pass, or the whole log: as a text. */
  toText(): Promise<string> {
    const { first, next } = this;
    return this.isFiltered ? foundText(this.#api, this.filter) : wholeText(this.#api, { first, next });
  }

  /** The id of the message that has this queue id; undefined: there is none (any more). */
  async messageOf(queueId: string): Promise<number | undefined> {
    const [, answer] = await safe(this.#api.log.message({ queueId }));
    return answer?.id ?? undefined;
  }

  #line(number: number): ParsedLine | undefined {
    return this.#version >= 0 ? this.#window.at(number) : undefined;
  }

  #add(lines: readonly ParsedLine[], isFirst: boolean): void {
    if (isFirst) this.hasOlder = lines.length >= FOUND_AT_ONCE;
    // more came than was asked for: what is between is fetched when the top is reached, so begin anew
    const isGap = !isFirst && lines.length >= FOUND_AT_ONCE;
    const all = isGap ? lines : [...this.found, ...lines];
    if (isGap || all.length > MOST_FOUND) this.hasOlder = true;
    if (lines.length > 0 || isFirst) this.found = all.slice(-MOST_FOUND);
  }

  async #findOlder(): Promise<void> {
    const asked = this.#asked;
    const before = this.found[0]?.number;
    if (before === undefined) return;
    this.hasOlder = false;
    const [, page] = await safe(this.#api.log.find({ ...this.filter, before, limit: FOUND_AT_ONCE }));
    if (page === undefined || asked !== this.#asked) return;
    this.found = [...page.lines.map(parseLine), ...this.found].slice(0, MOST_FOUND);
    this.hasOlder = page.lines.length >= FOUND_AT_ONCE;
  }

  async #read(from: number): Promise<void> {
    if (this.#reading.has(from)) return;
    this.#reading.add(from);
    const [, page] = await safe(this.#api.log.read({ from, limit: PAGE_LINES }));
    this.#reading.delete(from);
    if (page === undefined) return;
    this.#window.put(page);
    this.#version += 1;
  }
}
