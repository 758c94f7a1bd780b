import type { Api } from './connection.svelte.ts';
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

  openShelf(shelf: Shelf): void {
    if (this.#isOpen && shelfKey(shelf) === shelfKey(this.shelf)) return;
    this.#isOpen = true;
    this.shelf = shelf;
    this.search = '';
    this.#reopen();
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

  /** To the Bin, with a way back; in the Bin: gone for good. */
  async remove(ids: ReadonlySet<number>): Promise<void> {
    if (ids.size === 0) return;
    const isBin = this.shelf.kind === 'bin';
    const list = [...ids];
    this.#leave(ids);
    const wasDone = await this.#toasts.attempt(() =>
      isBin ? this.#api.mail.purge({ ids: list }) : this.#api.mail.remove({ ids: list }),
    );
    if (!wasDone) return;
    if (isBin) this.#toasts.show(`${messages(list.length)} deleted for good`);
    else this.#sayUndo(`${messages(list.length)} moved to the Bin`, list);
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
    this.selection.reset();
    if (this.shelf.kind === 'refused') this.refusals.open();
    else void this.list.open(this.shelf, this.search);
  }
}
