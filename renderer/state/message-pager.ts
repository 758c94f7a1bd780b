import type { MessageRow } from '../../core/api/contract/mail.ts';
import { AHEAD, estimateId, joinAbove, PAGE, trim, type Need, type Run, type Seen } from './message-run.ts';

export type FetchPage = (range: {
  before?: number;
  limit: number;
}) => Promise<{ readonly messages: readonly MessageRow[]; readonly hasMore: boolean }>;

export interface Situation {
  readonly run: Run;
  readonly total: number;
  /** What is seen by the time it is asked. */
  readonly seen: () => Seen;
}

export interface Loaded {
  readonly run: Run;
  readonly hasMore: boolean;
  /** By how many rows what was in the run moved down. */
  readonly moved: number;
}

/** Loads one page where it is needed. The contract pages downwards only, so going up takes some feeling of the way. */
export class MessagePager {
  /** The largest id there is. */
  newest = 0;
  /** How many ids above the first row to ask for when growing upwards: adapts to how dense the folder is. */
  #reach = PAGE;
  readonly #fetch: FetchPage;

  constructor(fetch: FetchPage) {
    this.#fetch = fetch;
  }

  /** `again`: nothing to show for it yet, look once more. Undefined: there is nothing more. */
  async load(need: Need, situation: Situation): Promise<Loaded | 'again' | undefined> {
    switch (need.kind) {
      case 'nothing':
        return undefined;
      case 'jump':
        return this.#jump(need.index, situation);
      case 'down':
        return this.#down(need.before, situation);
      case 'up':
        return this.#up(need.head, situation);
    }
  }

  async #down(before: number, { run, seen }: Situation): Promise<Loaded | undefined> {
    const page = await this.#fetch({ before, limit: PAGE });
    const grown = { first: run.first, rows: [...run.rows, ...page.messages] };
    const kept = trim(grown, seen());
    const isCut = kept.rows.at(-1) !== grown.rows.at(-1);
    return { run: kept, hasMore: page.hasMore || isCut, moved: 0 };
  }

  /** Asks for a page that ends inside the run, reaching further as needed. */
  async #up(head: number, { run, seen }: Situation): Promise<Loaded | 'again'> {
    const before = head + this.#reach;
    const limit = PAGE * 2;
    const reachesTop = before > this.newest;
    const page = await this.#fetch({ before, limit });
    const joined = joinAbove(run, page.messages, { isFull: page.messages.length === limit, reachesTop });
    if (joined === undefined) {
      this.#reach = Math.max(PAGE, Math.floor(this.#reach / 2));
      return 'again';
    }
    if (joined.run.rows.length - run.rows.length < PAGE / 4) this.#reach *= 4;
    return { run: trim(joined.run, seen()), hasMore: true, moved: joined.moved };
  }

  async #jump(index: number, { run, total, seen }: Situation): Promise<Loaded | 'again' | undefined> {
    const first = Math.max(0, Math.min(index, total - 1) - AHEAD);
    const before = estimateId(first, total, this.newest, run);
    const page = await this.#fetch({ limit: PAGE, ...(first === 0 ? {} : { before }) });
    if (Math.abs(seen().from - index) > PAGE) return 'again'; // still on the move: take the place reached by now
    if (page.messages.length === 0) return undefined;
    const exact = page.hasMore ? first : Math.max(0, total - page.messages.length);
    return { run: { first: exact, rows: page.messages }, hasMore: page.hasMore, moved: 0 };
  }
}
