/** What one client has not been told yet: however much happens, this stays small. */
import { assertNever } from '../util/assert-never.ts';
import type { SandpostEvent } from './contract/sandbox.ts';
import type { EngineEvent } from './engine.ts';

/** More changed rows than this in one event, and the client had better read its list again. */
const MOST_CHANGED = 500;
/** Older lines are left out: nobody reads more in a tenth of a second. */
const MOST_LOG_LINES = 500;

/** A link was clicked in the frame of the window that calls itself `view`. */
export type LinkEvent = Extract<SandpostEvent, { readonly kind: 'link' }>;

interface Gathered {
  mail: { newest: number; arrived: number; readonly changed: Set<number>; isComplete: boolean } | undefined;
  queue: boolean;
  refusals: boolean;
  config: Set<string> | undefined;
  isLogWritten: boolean;
  log: string[];
  /** The last one: who clicks twice means the second. */
  link: LinkEvent | undefined;
}

const nothing = (): Gathered => ({
  mail: undefined,
  queue: false,
  refusals: false,
  config: undefined,
  isLogWritten: false,
  log: [],
  link: undefined,
});

/** The lines of the log themselves, or only that there are some. */
export type LogDetail = 'lines' | 'news';

export class PendingEvents {
  readonly #log: LogDetail;
  #now = nothing();
  #newest = 0;
  #wantsStatus = false;

  constructor(log: LogDetail) {
    this.#log = log;
  }

  get isEmpty(): boolean {
    const { mail, queue, refusals, config, isLogWritten, link } = this.#now;
    const isChanged = mail !== undefined || queue || refusals || config !== undefined;
    return !isChanged && !isLogWritten && link === undefined;
  }

  /** Status has to be told, which is done at its own pace. */
  get wantsStatus(): boolean {
    return this.#wantsStatus;
  }

  statusTold(): void {
    this.#wantsStatus = false;
  }

  add(event: EngineEvent | LinkEvent): void {
    if (event.kind === 'log') {
      this.#addLine(event.line);
    } else if (event.kind === 'link') {
      this.#now.link = event;
    } else if (event.kind === 'refused') {
      this.#now.refusals = true;
    } else {
      this.#wantsStatus = true;
      this.#addChange(event);
    }
  }

  /** Everything but status, in a fixed order; empty afterwards. */
  take(): SandpostEvent[] {
    const { mail, queue, refusals, config, isLogWritten, log, link } = this.#now;
    this.#now = nothing();
    const events: SandpostEvent[] = [];
    if (mail !== undefined) events.push({ kind: 'mail', ...mail, changed: [...mail.changed] });
    if (queue) events.push({ kind: 'queue' });
    if (refusals) events.push({ kind: 'refusals' });
    if (config !== undefined) events.push({ kind: 'config', files: [...config] });
    if (isLogWritten) events.push({ kind: 'log', lines: log.slice(-MOST_LOG_LINES) });
    if (link !== undefined) events.push(link);
    return events;
  }

  #addChange(event: Exclude<EngineEvent, { readonly kind: 'log' | 'refused' }>): void {
    switch (event.kind) {
      case 'arrived':
        this.#newest = Math.max(this.#newest, event.id);
        this.#mail().arrived += 1;
        this.#mail().newest = this.#newest;
        return;
      case 'changed':
        this.#addChanged(event.ids);
        return;
      case 'purged':
        this.#mail().isComplete = false;
        return;
      case 'queue':
        this.#now.queue = true;
        return;
      case 'config':
        this.#now.config ??= new Set();
        for (const file of event.files) this.#now.config.add(file);
        return;
      case 'status':
        return;
      default:
        assertNever(event);
    }
  }

  #addChanged(ids: readonly number[]): void {
    const mail = this.#mail();
    for (const id of ids) {
      if (mail.changed.size >= MOST_CHANGED && !mail.changed.has(id)) {
        mail.isComplete = false;
        return;
      }
      mail.changed.add(id);
    }
  }

  #addLine(line: string): void {
    this.#now.isLogWritten = true;
    if (this.#log === 'news') return;
    this.#now.log.push(line);
    if (this.#now.log.length >= 2 * MOST_LOG_LINES) this.#now.log = this.#now.log.slice(-MOST_LOG_LINES);
  }

  #mail(): NonNullable<Gathered['mail']> {
    this.#now.mail ??= { newest: this.#newest, arrived: 0, changed: new Set(), isComplete: true };
    return this.#now.mail;
  }
}
