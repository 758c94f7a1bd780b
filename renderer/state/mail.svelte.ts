import type { Api } from './connection.svelte.ts';
import { Everything, type EverythingAction } from './everything.svelte.ts';
import type { Folders } from './folders.svelte.ts';
import type { Live } from './live.svelte.ts';
import { MessageList } from './message-list.svelte.ts';
import { shelfKey, type Shelf } from './place.ts';
import { Reader } from './reader.svelte.ts';
import { Refusals } from './refusals.svelte.ts';
import { Selection } from './selection.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface MailDependencies {
  readonly api: Api;
  readonly live: Pick<Live, 'on'>;
  readonly folders: Folders;
  readonly toasts: Toasts;
  readonly fetch: (url: string) => Promise<Response>;
  /** Offers bytes as a file to keep. */
}

const messages = (count: number) => (count === 1 ? 'Message' : `${count} messages`);

/** The Mail view: the open shelf with its list, selection and reader, and what can be done with messages. */
export class Mail {
  shelf = $state.raw<Shelf>({ kind: 'all' });
  search = $state('');
  /** What was said last to those who listen instead of look. */
  announcement = $state('');
  readonly list: MessageList;
  readonly selection: Selection;
  readonly reader: Reader;
  readonly refusals: Refusals;
  readonly everything: Everything;
  /** The list gets the focus as soon as it is there. */
  isListWanted = false;
  /** What is about to be deleted for good, until somebody says yes or no. */
  doomed = $state.raw<ReadonlySet<number> | 'everything' | undefined>();
  /** All that is loaded is selected, and there is more than that. */
  readonly canSelectEverything: boolean = $derived.by(
    () => this.selection.isAll && this.list.total > this.selection.chosen.size,
  );
  readonly #api: Api;
  readonly #toasts: Toasts;
  #isOpen = false;

  constructor({ api, live, folders, toasts, fetch }: MailDependencies) {
    this.#api = api;
    this.#toasts = toasts;
    this.list = new MessageList(api, (folder) => folders.total(folder));
    this.selection = new Selection(this.list);
    this.reader = new Reader(api, fetch);
    this.refusals = new Refusals(api);
    this.everything = new Everything({
      api,
      toasts,
      listed: () => ({
        folder: this.list.folder,
        search: this.search,
        total: this.search === '' ? folders.total(this.shelf) : undefined,
      }),
      onDone: () => {
        this.#reopen();
      },
    });
    live.on((event) => {
      this.list.take(event);
      this.reader.take(event);
      this.refusals.take(event);
      if (event.kind === 'mail' && event.arrived > 0) {
        this.announcement = `${event.arrived} new ${event.arrived === 1 ? 'message' : 'messages'}`;
      }
    });
    folders.onCounts(() => {
      this.list.recount();
    });
  }

  openShelf(shelf: Shelf, search = ''): void {
    if (this.#isOpen && shelfKey(shelf) === shelfKey(this.shelf) && search === this.search) return;
    this.#isOpen = true;
    this.shelf = shelf;
    this.search = search;
    this.#reopen();
  }

  /** Shows each conversation once, by its newest message; or every message. */
  group(isThreaded: boolean): void {
    this.list.isThreaded = isThreaded;
    this.#reopen();
  }

  /** What a key or a button does: to the selection, or to everything where it stands for that. */
  act(action: EverythingAction): void {
    const { ids, isEverything } = this.selection;
    if (ids.size === 0) return;
    const isPurge = action.kind === 'purge' || (action.kind === 'remove' && this.shelf.kind === 'bin');
    if (isPurge) this.doomed = isEverything ? 'everything' : ids;
    else if (isEverything) {
      this.selection.clear();
      void this.everything.run(action);
    } else this.#actOn(ids, action.kind);
  }

  /** Yes, what is doomed goes for good. */
  async purgeDoomed(): Promise<void> {
    const { doomed } = this;
    this.doomed = undefined;
    if (doomed === 'everything') await this.everything.run({ kind: 'purge' });
    else if (doomed !== undefined) await this.#purge(doomed);
  }

  #actOn(ids: ReadonlySet<number>, kind: EverythingAction['kind']): void {
    if (kind === 'remove') void this.remove(ids);
    else if (kind === 'restore') void this.restore(ids);
    else if (kind === 'read' || kind === 'unread') void this.mark(ids, { isRead: kind === 'read' });
    else if (kind === 'star' || kind === 'unstar') void this.mark(ids, { isStarred: kind === 'star' });
  }

  /** Shows tags as they are going to be. */
  patchTags(
    ids: ReadonlySet<number>,
    { add = [], remove = [] }: { add?: string[]; remove?: string[] },
  ): void {
    const changed = (tags: readonly string[]) => {
      const gone = new Set([...add, ...remove].map((tag) => tag.toLowerCase()));
      return [...tags.filter((tag) => !gone.has(tag.toLowerCase())), ...add].sort((a, b) =>
        a.localeCompare(b),
      );
    };
    this.list.patchEach(ids, (row) => ({ ...row, tags: changed(row.tags) }));
    const shown = this.reader.message;
    if (shown !== undefined && ids.has(shown.id)) this.reader.patch({ tags: changed(shown.tags) });
  }

  /** Searches everything on the open shelf; '' ends the search. */
  find(words: string): void {
    if (words === this.search) return;
    this.#isOpen = true;
    if (this.shelf.kind === 'refused') this.shelf = { kind: 'all' };
    this.search = words;
    this.#reopen();
  }

  /** Shows the message, or one inside of it, and marks it as read. */
  async show(id: number | undefined, inside = ''): Promise<void> {
    await this.reader.open(id === undefined ? undefined : { id, inside });
    if (id === undefined || this.reader.id !== id || this.reader.message?.isRead !== false) return;
    await this.mark(new Set([id]), { isRead: true });
  }

  mark(ids: ReadonlySet<number>, change: { isRead?: boolean; isStarred?: boolean }): Promise<boolean> {
    this.list.patch(ids, change);
    const shown = this.reader.message;
    if (shown !== undefined && ids.has(shown.id)) this.reader.patch(change);
    return this.#toasts.attempt(() => this.#api.mail.mark({ ids: [...ids], ...change }));
  }

  /** To the Bin, with a way back. */
  async remove(ids: ReadonlySet<number>): Promise<void> {
    if (ids.size === 0) return;
    const list = [...ids];
    this.#leave(ids);
    if (await this.#toasts.attempt(() => this.#api.mail.remove({ ids: list }))) {
      this.#sayUndo(`${messages(list.length)} moved to the Bin`, list);
    }
  }

  async #purge(ids: ReadonlySet<number>): Promise<void> {
    const list = [...ids];
    this.#leave(ids);
    if (await this.#toasts.attempt(() => this.#api.mail.purge({ ids: list }))) {
      this.#toasts.show(`${messages(list.length)} deleted for good`);
    }
  }

  async restore(ids: ReadonlySet<number>): Promise<void> {
    const list = [...ids];
    this.#leave(ids);
    if (await this.#toasts.attempt(() => this.#api.mail.restore({ ids: list }))) {
      this.#toasts.show(`${messages(list.length)} restored`);
    }
  }

  async emptyBin(): Promise<void> {
    if (await this.#toasts.attempt(() => this.#api.mail.purge({}))) {
      this.#reopen();
      this.#toasts.show('The Bin is empty');
    }
  }

  #sayUndo(text: string, ids: number[]): void {
    const run = () => void this.#toasts.attempt(() => this.#api.mail.restore({ ids }));
    this.#toasts.show(text, { action: { label: 'Undo', run } });
  }

  #leave(ids: ReadonlySet<number>): void {
    const next = this.selection.successor(ids);
    this.list.drop(ids);
    this.selection.reset(next);
  }

  #reopen(): void {
    this.isListWanted = false;
    this.selection.reset();
    if (this.shelf.kind === 'refused') this.refusals.open();
    else void this.list.open(this.shelf, this.search);
  }
}
