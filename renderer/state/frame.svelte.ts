import { messageUrl, type MessageAt, type RemoteSources } from '../../core/api/contract/resources.ts';
import type { ReadingSettings } from './reading-settings.svelte.ts';

/** Pixels of a phone and a tablet; the whole room; what a person chose. */
export const FRAME_WIDTHS = [375, 768, 'full', 'free'] as const;
export type FrameWidth = (typeof FRAME_WIDTHS)[number];

export const NARROWEST = 240;
export const WIDEST = 1600;

const keyOf = ({ id, inside }: MessageAt) => `${id} ${inside}`;

/** How a message's HTML is shown: how wide, in which of its schemes, and with what from elsewhere. */
export class Frame {
  width = $state<FrameWidth>('full');
  scheme = $state<'light' | 'dark'>('light');
  #free = $state(600);
  /** Messages whose remote content was asked for. Not kept: the next start asks again. */
  #loaded = $state.raw<ReadonlySet<string>>(new Set());
  readonly #settings: ReadingSettings;
  readonly #view: string;

  /** `view`: what this window calls itself, so that it is told of the links that are clicked in its frame. */
  constructor(settings: ReadingSettings, view: string) {
    this.#settings = settings;
    this.#view = view;
  }

  get free(): number {
    return this.#free;
  }

  /** Chooses a width of one's own, in pixels. */
  resize(pixels: number): void {
    this.#free = Math.round(Math.min(WIDEST, Math.max(NARROWEST, pixels)));
    this.width = 'free';
  }

  /** undefined: as wide as there is room. */
  get pixels(): number | undefined {
    if (this.width === 'full') return undefined;
    return this.width === 'free' ? this.#free : this.width;
  }

  remoteOf(at: MessageAt): RemoteSources {
    if (this.#settings.isRemoteForbidden) return 'none';
    if (this.#loaded.has(keyOf(at))) return 'all';
    return this.#settings.isLoopbackAllowed ? 'loopback' : 'none';
  }

  loadRemote(at: MessageAt): void {
    this.#loaded = new Set([...this.#loaded, keyOf(at)]);
  }

  urlOf(at: MessageAt): string {
    return messageUrl(at, 'html', { view: this.#view, ...this.#queryOf(at) });
  }

  /** `room`: pixels where the whole room is used. */
  screenshotUrlOf(at: MessageAt, room: number): string {
    return messageUrl(at, 'screenshot', { width: this.pixels ?? room, ...this.#queryOf(at) });
  }

  #queryOf(at: MessageAt) {
    const remote = this.remoteOf(at);
    return {
      scheme: this.scheme === 'dark' ? 'dark' : undefined,
      remote: remote === 'none' ? undefined : remote,
    };
  }
}
