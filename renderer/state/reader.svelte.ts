import type { InnerMessage, MessageDetail } from '../../core/api/contract/mail.ts';
import { messageUrl, type MessageAt } from '../../core/api/contract/resources.ts';
import { Checks } from './checks.svelte.ts';
import type { Api } from './connection.svelte.ts';
import { Conversation } from './conversation.svelte.ts';
import { explain } from './failure.ts';
import type { LiveEvent } from './live.svelte.ts';
import { PartInspector } from './part-inspector.svelte.ts';
import { TextResource } from './text-resource.svelte.ts';
import { throttle } from './throttle.ts';

export const READER_TABS = ['html', 'text', 'headers', 'parts', 'source', 'journey', 'checks'] as const;
export type ReaderTab = (typeof READER_TABS)[number];

const REFRESH_EVERY_MS = 500;

export interface ShownMessage {
  readonly at: MessageAt;
  readonly message: MessageDetail;
  /** The message inside of it that is read; undefined: the stored one itself. */
  readonly inner: InnerMessage | undefined;
}

/** The opened message, or the one opened inside of it. The tab asked for stays from message to message. */
export class Reader {
  /** What was asked for. */
  at = $state.raw<MessageAt | undefined>();
  /** What has come: for a moment still the one before. */
  shown = $state.raw<ShownMessage | undefined>();
  failure = $state('');
  wantedTab = $state<ReaderTab>('html');
  /** Those that the shown message has. A message inside of another has no journey of its own: it came along. */
  readonly tabs: readonly ReaderTab[] = $derived.by(() => {
    const { inner, message } = this.shown ?? {};
    const hasHtml = (inner ?? message)?.hasHtml === true;
    return READER_TABS.filter((tab) => (tab === 'html' ? hasHtml : tab !== 'journey' || inner === undefined));
  });
  readonly tab: ReaderTab = $derived(
    this.tabs.includes(this.wantedTab) ? this.wantedTab : (this.tabs[0] ?? 'text'),
  );
  readonly part: PartInspector;
  readonly source: TextResource;
  readonly checks: Checks;
  readonly conversation: Conversation;
  readonly #api: Pick<Api, 'mail'>;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());

  constructor(api: Pick<Api, 'mail'>, fetch: (url: string) => Promise<Response>) {
    this.#api = api;
    this.part = new PartInspector(api, fetch);
    this.source = new TextResource(fetch);
    this.checks = new Checks(api);
    this.conversation = new Conversation(api);
  }

  get id(): number | undefined {
    return this.at?.id;
  }

  get message(): MessageDetail | undefined {
    return this.shown?.message;
  }

  /** Changes that were asked for show at once. */
  patch(change: Partial<MessageDetail>): void {
    if (this.shown !== undefined)
      this.shown = { ...this.shown, message: { ...this.shown.message, ...change } };
  }

  async open(at: MessageAt | undefined): Promise<void> {
    if (at?.id === this.at?.id && at?.inside === this.at?.inside) return;
    this.at = at;
    this.failure = '';
    this.checks.plan(at);
    if (at === undefined) this.shown = undefined;
    else await this.load();
  }

  /** Reads the opened message (again); an answer that comes after another one was opened is dropped. */
  async load(): Promise<void> {
    const { at } = this;
    if (at === undefined) return;
    try {
      const [message, inner] = await Promise.all([
        this.#api.mail.get({ id: at.id }),
        at.inside === '' ? undefined : this.#api.mail.inside(at),
      ]);
      if (at !== this.at) return;
      this.shown = { at, message, inner };
      if (message.threadSize > 1) void this.conversation.load(at.id);
      this.failure = '';
    } catch (cause) {
      if (at !== this.at) return;
      this.shown = undefined;
      this.failure = explain(cause);
    }
  }

  /** To a tab further on, or back. */
  step(by: number): void {
    const to = this.tabs[this.tabs.indexOf(this.tab) + by];
    if (to !== undefined) this.wantedTab = to;
  }

  /** `size`: bytes of the source. */
  loadSource(at: MessageAt, size: number): Promise<void> {
    return this.source.load(messageUrl(at, 'source'), size, (first) => messageUrl(at, 'source', { first }));
  }

  take(event: LiveEvent): void {
    if (this.at === undefined) return;
    const isMine = event.kind === 'mail' && (!event.isComplete || event.changed.includes(this.at.id));
    if (isMine || event.kind === 'resync') this.#refresh();
  }
}
