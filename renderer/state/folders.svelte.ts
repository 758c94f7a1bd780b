import type { FolderCounts } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Shelf } from './place.ts';
import { throttle } from './throttle.ts';

const REFRESH_EVERY_MS = 500;

/** The live counts of the sidebar. */
export class Folders {
  counts = $state.raw<FolderCounts | undefined>();
  readonly #api: Api;
  readonly #listeners = new Set<() => void>();
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.#load());

  constructor(api: Api, live: Pick<Live, 'on'>) {
    this.#api = api;
    live.on((event) => {
      if (event.kind !== 'status' && event.kind !== 'log') this.#refresh();
    });
  }

  onCounts(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many messages a shelf has; undefined while that is not known. */
  total(shelf: Shelf): number | undefined {
    const counts = this.counts;
    if (counts === undefined) return undefined;
    if (shelf.kind === 'mailbox') return counts.mailboxes.find((box) => box.name === shelf.name)?.total ?? 0;
    if (shelf.kind === 'alias') return counts.aliases.find((alias) => alias.name === shelf.name)?.total ?? 0;
    if (shelf.kind === 'tag') return counts.tags.find((tag) => tag.name === shelf.name)?.total ?? 0;
    return counts[shelf.kind];
  }

  async #load(): Promise<void> {
    try {
      this.counts = await this.#api.mail.folders();
      for (const listener of this.#listeners) listener();
    } catch {
      // Offline is said by the status bar; the next event asks again.
    }
  }
}
