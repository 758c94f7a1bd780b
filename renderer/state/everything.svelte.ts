import type { Folder } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Toasts } from './toasts.svelte.ts';

export type EverythingAction =
  | { readonly kind: 'remove' | 'restore' | 'purge' | 'read' | 'unread' | 'star' | 'unstar' }
  | { readonly kind: 'tag' | 'untag'; readonly tag: string };

export interface Progress {
  readonly what: string;
  readonly done: number;
  /** undefined: not known before it is through. */
  readonly total: number | undefined;
}

export interface EverythingDependencies {
  readonly api: Pick<Api, 'mail' | 'tags'>;
  readonly toasts: Toasts;
  /** What is listed now, and how many that is where it is known. */
  readonly listed: () => {
    readonly folder: Folder;
    readonly search: string;
    readonly total: number | undefined;
  };
  /** The list may look different altogether. */
  readonly onDone: () => void;
}

/** Messages of one step: the progress moves, and mail that comes in meanwhile waits for nothing. */
const STEP = 2000;

const DOING: Readonly<Record<EverythingAction['kind'], string>> = {
  remove: 'Moving to the Bin',
  restore: 'Restoring',
  purge: 'Deleting for good',
  read: 'Marking as read',
  unread: 'Marking as unread',
  star: 'Starring',
  unstar: 'Taking stars away',
  tag: 'Tagging',
  untag: 'Taking the tag off',
};
const DONE: Readonly<Record<EverythingAction['kind'], string>> = {
  remove: 'moved to the Bin',
  restore: 'restored',
  purge: 'deleted for good',
  read: 'marked as read',
  unread: 'marked as unread',
  star: 'starred',
  unstar: 'without a star now',
  tag: 'tagged',
  untag: 'without the tag now',
};

/** What takes it back; undefined: nothing can. */
function opposite(action: EverythingAction): EverythingAction | undefined {
  switch (action.kind) {
    case 'remove':
      return { kind: 'restore' };
    case 'restore':
      return { kind: 'remove' };
    case 'read':
      return { kind: 'unread' };
    case 'unread':
      return { kind: 'read' };
    case 'star':
      return { kind: 'unstar' };
    case 'unstar':
      return { kind: 'star' };
    case 'tag':
      return { kind: 'untag', tag: action.tag };
    case 'untag':
      return { kind: 'tag', tag: action.tag };
    case 'purge':
      return undefined;
  }
}

const messages = (count: number) => (count === 1 ? '1 message' : `${count.toLocaleString('en-US')} messages`);

/** Something done with all that is listed or found, however much that is: step by step, with progress and a way back. */
export class Everything {
  progress = $state.raw<Progress | undefined>();
  readonly #with: EverythingDependencies;
  #isCancelled = false;

  constructor(dependencies: EverythingDependencies) {
    this.#with = dependencies;
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  async run(action: EverythingAction): Promise<void> {
    const changed: number[] = [];
    const isDone = await this.#eachStep(DOING[action.kind], async (ids) => {
      for (const id of await this.#act(action, ids)) changed.push(id);
    });
    this.#say(action, changed, isDone);
  }

  /** Answers whether it came to the end. Mail that arrives meanwhile is not in it. */
  async #eachStep(what: string, step: (ids: readonly number[]) => Promise<void>): Promise<boolean> {
    if (this.progress !== undefined) return false;
    const { folder, search, total } = this.#with.listed();
    this.#isCancelled = false;
    this.progress = { what, done: 0, total };
    try {
      let before: number | undefined;
      for (let hasMore = true; hasMore;) {
        const page = await this.#with.api.mail.ids({
          folder,
          search,
          limit: STEP,
          ...(before === undefined ? {} : { before }),
        });
        if (page.ids.length > 0) await step(page.ids);
        before = page.ids.at(-1);
        hasMore = page.hasMore && !this.#isCancelled;
        this.progress = { what, done: this.progress.done + page.ids.length, total };
      }
      return !this.#isCancelled;
    } catch (cause) {
      this.#with.toasts.show(explain(cause), { tone: 'bad' });
      return false;
    } finally {
      this.progress = undefined;
    }
  }

  async #act(action: EverythingAction, ids: readonly number[]): Promise<readonly number[]> {
    const { mail, tags } = this.#with.api;
    const list = [...ids];
    switch (action.kind) {
      case 'remove':
        return (await mail.remove({ ids: list })).ids;
      case 'restore':
        return (await mail.restore({ ids: list })).ids;
      case 'purge':
        await mail.purge({ ids: list });
        return list;
      case 'read':
      case 'unread':
        return (await mail.mark({ ids: list, isRead: action.kind === 'read' })).ids;
      case 'star':
      case 'unstar':
        return (await mail.mark({ ids: list, isStarred: action.kind === 'star' })).ids;
      case 'tag':
        return (await tags.change({ ids: list, add: [action.tag] })).ids;
      case 'untag':
        return (await tags.change({ ids: list, remove: [action.tag] })).ids;
    }
  }

  #say(action: EverythingAction, changed: readonly number[], isDone: boolean): void {
    this.#with.onDone();
    const back = opposite(action);
    const stopped = isDone ? '' : 'Stopped: ';
    const undo =
      back === undefined || changed.length === 0 ? undefined : () => void this.#undo(back, changed);
    this.#with.toasts.show(`${stopped}${messages(changed.length)} ${DONE[action.kind]}`, {
      ...(undo === undefined ? {} : { action: { label: 'Undo', run: undo } }),
    });
  }

  async #undo(action: EverythingAction, ids: readonly number[]): Promise<void> {
    this.progress = { what: 'Undoing', done: 0, total: ids.length };
    await this.#with.toasts.attempt(async () => {
      for (let at = 0; at < ids.length; at += STEP) {
        await this.#act(action, ids.slice(at, at + STEP));
        this.progress = { what: 'Undoing', done: Math.min(ids.length, at + STEP), total: ids.length };
      }
    });
    this.progress = undefined;
    this.#with.onDone();
  }
}
