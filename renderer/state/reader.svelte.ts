import type { MessageDetail } from '../../core/api/contract/mail.ts';
import { messageUrl } from '../../core/api/contract/resources.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { LiveEvent } from './live.svelte.ts';
import { throttle } from './throttle.ts';

export type ReaderTab = 'html' | 'text' | 'headers' | 'parts' | 'source' | 'journey';
export const FRAME_WIDTHS = [375, 768, 'full'] as const;
export type FrameWidth = (typeof FRAME_WIDTHS)[number];

const REFRESH_EVERY_MS = 500;
/** Beyond this the source is cut: a text view of more is of no use, and the download has it all. */
const SOURCE_SHOWN_BYTES = 2_000_000;

/** The opened message. The tab asked for stays from message to message where the message has it. */
export class Reader {
  id = $state<number | undefined>();
  message = $state.raw<MessageDetail | undefined>();
  failure = $state('');
  wantedTab = $state<ReaderTab>('html');
  width = $state<FrameWidth>('full');
  source = $state.raw<{ readonly id: number; readonly text: string; readonly isCut: boolean } | undefined>();
  readonly tab: ReaderTab = $derived.by(() =>
    this.wantedTab === 'html' && this.message?.hasHtml !== true ? 'text' : this.wantedTab,
  );
  readonly #api: Pick<Api, 'mail'>;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());
  readonly #fetch: (url: string) => Promise<Response>;

  constructor(api: Pick<Api, 'mail'>, fetch: (url: string) => Promise<Response>) {
    this.#api = api;
    this.#fetch = fetch;
  }

  async open(id: number | undefined): Promise<void> {
    if (id === this.id) return;
    this.id = id;
    this.failure = '';
    if (id === undefined) this.message = undefined;
    else await this.load();
  }

  /** Reads the opened message (again); an answer that comes after another one was opened is dropped. */
  async load(): Promise<void> {
    const id = this.id;
    if (id === undefined) return;
    try {
      const message = await this.#api.mail.get({ id });
      if (id !== this.id) return;
      this.message = message;
      this.failure = '';
    } catch (cause) {
      if (id !== this.id) return;
      this.message = undefined;
      this.failure = explain(cause);
    }
  }

  async loadSource(id: number): Promise<void> {
    if (this.source?.id === id) return;
    this.source = undefined;
    const text = await (await this.#fetch(messageUrl(id, 'source'))).text();
    if (id !== this.id) return;
    this.source = { id, text: text.slice(0, SOURCE_SHOWN_BYTES), isCut: text.length > SOURCE_SHOWN_BYTES };
  }

  take(event: LiveEvent): void {
    if (this.id === undefined) return;
    const isMine = event.kind === 'mail' && (!event.isComplete || event.changed.includes(this.id));
    if (isMine || event.kind === 'resync') this.#refresh();
  }
}
