import { completionAt, parseSearch, type SearchProblem } from '../../core/mail/search/search.ts';
import type { Api } from './connection.svelte.ts';
import type { Folders } from './folders.svelte.ts';
import { suggest, type Suggestion, type Suggestions } from './suggest.ts';

/** The search field: what is typed, what could be meant, and what is wrong with it. */
export class SearchField {
  text = $state('');
  /** The row of the suggestions that Enter takes; -1: none. */
  active = $state(-1);
  problem = $state.raw<SearchProblem | undefined>();
  #open = $state.raw<Suggestions | undefined>();
  readonly suggestions: readonly Suggestion[] = $derived(this.#open?.items ?? []);
  readonly #api: Pick<Api, 'mail'>;
  readonly #folders: Pick<Folders, 'counts'>;
  /** Counts what was typed, so that late suggestions are recognised. */
  #typed = 0;

  constructor(api: Pick<Api, 'mail'>, folders: Pick<Folders, 'counts'>) {
    this.#api = api;
    this.#folders = folders;
  }

  async type(text: string, cursor: number): Promise<void> {
    this.text = text;
    this.problem = undefined;
    const typed = ++this.#typed;
    const counts = this.#folders.counts;
    const found = await suggest(text, cursor, {
      tags: counts?.tags.map(({ name }) => name) ?? [],
      mailboxes: counts?.mailboxes.map(({ name }) => name) ?? [],
      addresses: async (side, beginning) => {
        try {
          return (await this.#api.mail.addresses({ side, beginning, limit: 10 })).addresses;
        } catch {
          return []; // Offline is said by the status bar.
        }
      },
    });
    if (typed !== this.#typed) return;
    this.#open = found;
    this.active = -1;
  }

  close(): void {
    this.#typed++;
    this.#open = undefined;
    this.active = -1;
  }

  move(by: number): void {
    const count = this.suggestions.length;
    this.active = this.active === -1 && by < 0 ? count - 1 : (this.active + by + count) % count;
  }

  /** Puts the suggestion in place of what is typed by now; answers where the cursor goes. */
  take(index: number, cursor: number): number | undefined {
    const item = this.#open?.items[index];
    if (this.#open === undefined || item === undefined) return undefined;
    const { from, operator } = this.#open.at;
    const now = completionAt(this.text, cursor);
    const to = now?.from === from ? now.to : this.#open.at.to;
    const rest = this.text.slice(to);
    const space = operator === undefined || rest.startsWith(' ') || rest.startsWith(')') ? '' : ' ';
    this.text = `${this.text.slice(0, from)}${item.insert}${space}${rest}`;
    return from + item.insert.length + space.length;
  }

  /** The search as it can be asked; undefined: it is wrong. `isDone`: nobody is typing on, so say so. */
  check(isDone: boolean): string | undefined {
    const search = this.text.trim();
    const parsed = parseSearch(this.text, 0);
    if (parsed.kind === 'search') {
      this.problem = undefined;
      return search;
    }
    const { at, length } = parsed.problem;
    const isBeingTyped = at + length >= this.text.trimEnd().length;
    this.problem = isDone || !isBeingTyped ? parsed.problem : undefined;
    return undefined;
  }
}
