import { isDefinedError, safe } from '@orpc/client';
import type { Revision } from '../../core/api/contract/config.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live } from './live.svelte.ts';
import { throttle } from './throttle.ts';
import type { Toasts } from './toasts.svelte.ts';

const REFRESH_EVERY_MS = 300;

type Opened = Awaited<ReturnType<Api['config']['revision']>>;

/** Saved states of the configuration: what each changed, and the way back. */
export class Revisions {
  all = $state.raw<readonly Revision[]>([]);
  opened = $state.raw<Opened | undefined>();
  isRestoring = $state(false);
  /** The revision that was to be gone back to does not pass the check. */
  hasErrors = $state(false);
  readonly #api: Pick<Api, 'config'>;
  readonly #toasts: Toasts;
  #isWanted = false;

  constructor(api: Pick<Api, 'config'>, live: Pick<Live, 'on'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    const refresh = throttle(REFRESH_EVERY_MS, () => this.load());
    live.on(({ kind }) => {
      if (this.#isWanted && (kind === 'config' || kind === 'status' || kind === 'resync')) refresh();
    });
  }

  async load(): Promise<void> {
    this.#isWanted = true;
    const [, answer] = await safe(this.#api.config.revisions({ limit: 200 }));
    if (answer !== undefined) this.all = answer.revisions;
  }

  async open(number: number): Promise<void> {
    this.hasErrors = false;
    const [error, revision] = await safe(this.#api.config.revision({ number }));
    if (error === null) this.opened = revision;
    else this.#toasts.show(explain(error), { tone: 'bad' });
  }

  close(): void {
    this.opened = undefined;
  }

  /** Makes the folder what it was in the opened revision. Answers whether that was done. */
  async restore(force = false): Promise<boolean> {
    const { opened } = this;
    return opened !== undefined && this.goTo(opened.number, force);
  }

  async goTo(number: number, force = false): Promise<boolean> {
    this.isRestoring = true;
    const [error, answer] = await safe(this.#api.config.restore({ number, force }));
    this.isRestoring = false;
    this.hasErrors = isDefinedError(error);
    if (error !== null) {
      if (!isDefinedError(error)) this.#toasts.show(explain(error), { tone: 'bad' });
      return false;
    }
    this.close();
    const before = answer.revision - 1;
    this.#toasts.show(`Back to revision ${number}: that is revision ${answer.revision} now`, {
      action: { label: 'Undo', run: () => void this.goTo(before) },
    });
    await this.load();
    return true;
  }
}
