import type { Folder } from '../../core/api/contract/mail.ts';
import { messageUrl, storedMessage } from '../../core/api/contract/resources.ts';
import type { ExportFormat } from '../../core/archive/write.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

export interface ExportDependencies {
  readonly api: { readonly mail: Pick<Api['mail'], 'list' | 'get'> };
  readonly fetch: (url: string) => Promise<Response>;
  readonly save: (name: string, pieces: readonly Uint8Array[], type: string) => void;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** What is to be exported. */
export interface Exportable {
  readonly selected: readonly number[];
  readonly folder: Folder;
  readonly search: string;
  /** What the list is called; and how many it has, where that is known. */
  readonly name: string;
  readonly total: number | undefined;
}

const PAGE = 500;
const FILES: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  mbox: { ending: '.mbox', type: 'application/mbox' },
  eml: { ending: '.zip', type: 'application/zip' },
  maildir: { ending: '-maildir.zip', type: 'application/zip' },
};

/** Messages on their way into one file: fetched one after another, exactly as they came in. */
export class ExportMail {
  phase = $state<'closed' | 'asking' | 'running'>('closed');
  what = $state.raw<Exportable | undefined>();
  scope = $state<'selected' | 'list'>('list');
  format = $state<ExportFormat>('mbox');
  done = $state(0);
  total = $state<number | undefined>();
  failure = $state('');
  readonly #given: ExportDependencies;
  #run = 0;

  constructor(dependencies: ExportDependencies) {
    this.#given = dependencies;
  }

  ask(what: Exportable): void {
    if (this.phase === 'running') return;
    this.what = what;
    this.scope = what.selected.length > 1 ? 'selected' : 'list';
    this.failure = '';
    this.phase = 'asking';
  }

  close(): void {
    this.#run += 1;
    this.phase = 'closed';
  }

  async start(): Promise<void> {
    const { what } = this;
    if (what === undefined) return;
    const run = ++this.#run;
    this.phase = 'running';
    this.failure = '';
    this.done = 0;
    this.total = this.scope === 'selected' ? what.selected.length : what.total;
    const at = this.#given.now();
    try {
      const { createArchive } = await import('../../core/archive/write.ts');
      const archive = createArchive(this.format, new Date(at));
      for await (const id of this.#ids(what)) {
        const message = await this.#message(id);
        if (run !== this.#run) return;
        if (message !== undefined) archive.add(message);
        this.done += 1;
      }
      if (run !== this.#run) return;
      const { ending, type } = FILES[this.format];
      this.#given.save(`${what.name}${ending}`, archive.end(), type);
      this.phase = 'closed';
    } catch (cause) {
      if (run !== this.#run) return;
      this.failure = explain(cause);
      this.phase = 'asking';
    }
  }

  /** Newest first, as the list has them. */
  async *#ids({ selected, folder, search }: Exportable): AsyncGenerator<number> {
    if (this.scope === 'selected') {
      yield* selected;
      return;
    }
    let before: number | undefined;
    for (;;) {
      const page = { folder, search, limit: PAGE, ...(before === undefined ? {} : { before }) };
      const { messages, hasMore } = await this.#given.api.mail.list(page);
      for (const { id } of messages) yield id;
      before = messages.at(-1)?.id;
      if (!hasMore || before === undefined) return;
    }
  }

  /** undefined: it went meanwhile. */
  async #message(id: number) {
    const answer = await this.#given.fetch(messageUrl(storedMessage(id), 'source'));
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`Message ${id} could not be read.`);
    const raw = new Uint8Array(await answer.arrayBuffer());
    const { envelope, arrivedAt, isRead, isStarred } = await this.#given.api.mail.get({ id });
    const { sender, recipients } = envelope;
    return { name: String(id), raw, sender, recipients, arrivedAt, isRead, isStarred };
  }
}
