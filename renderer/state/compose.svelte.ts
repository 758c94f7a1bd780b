import { isDefinedError, safe } from '@orpc/client';
import type { Draft, DraftFields, DraftFile, HandedIn } from '../../core/api/contract/drafts.ts';
import type { Part } from '../../core/api/contract/mail.ts';
import { partUrl, type MessageAt } from '../../core/api/contract/resources.ts';
import { answerTo, NEW_DRAFT, type AnswerKind } from './answer.ts';
import { decodedText, toBase64 } from './bytes.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import { shownIds, withNote } from './forwarded-html.ts';
import type { Live } from './live.svelte.ts';
import type { ShownMessage } from './reader.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface ComposeDependencies {
  readonly api: Pick<Api, 'drafts'>;
  readonly live: Pick<Live, 'on'>;
  readonly toasts: Toasts;
  readonly fetch: (url: string) => Promise<Response>;
  /** The words of an HTML text, for a message that has no other. */
  readonly htmlText: (html: string) => string;
  /** Opens what was handed in. */
  readonly onSent: (id: number) => void;
}

const SAVE_AFTER_MS = 300;

type Attachment = Parameters<Api['drafts']['attach']>[0]['file'];

/** The message that is being written, saved as a draft while it is; and the drafts that wait. */
export class Compose {
  isOpen = $state(false);
  fields = $state.raw<DraftFields>(NEW_DRAFT);
  files = $state.raw<readonly DraftFile[]>([]);
  /** Files on their way into the draft. */
  uploads = $state.raw<readonly string[]>([]);
  saving = $state<'saved' | 'waiting' | 'failed'>('saved');
  isSending = $state(false);
  /** Throwing it away was asked for: the answer is awaited. */
  isAsking = $state(false);
  problems = $state.raw<readonly string[]>([]);
  /** All that are kept, the last changed first. */
  drafts = $state.raw<readonly Draft[]>([]);
  #id = $state<number | undefined>();
  /** Counts what was opened, for late answers. */
  #opened = $state(0);
  #isTouched = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #work: Promise<unknown> = Promise.resolve();
  /** Files on their way into the draft. */
  #attaching = new Set<Promise<void>>();
  readonly #given: ComposeDependencies;
  readonly waiting: readonly Draft[] = $derived(
    this.isOpen ? this.drafts.filter(({ id }) => id !== this.#id) : this.drafts,
  );

  constructor(dependencies: ComposeDependencies) {
    this.#given = dependencies;
    dependencies.live.on((event) => {
      if (event.kind === 'resync') void this.refresh();
    });
  }

  /** Another one for everything that was opened. */
  get number(): number {
    return this.#opened;
  }

  async refresh(): Promise<void> {
    const [, answer] = await safe(this.#given.api.drafts.list());
    if (answer !== undefined) this.drafts = answer.drafts;
  }

  /** An empty one; what is open already is gone on with. */
  begin(): void {
    if (!this.isOpen) this.#open(NEW_DRAFT);
  }

  resume(draft: Draft): void {
    void this.flush();
    this.#open(draft, draft.id, draft.files);
    this.#isTouched = true;
  }

  /** What is open already is kept as a draft. */
  async answer(shown: ShownMessage, kind: AnswerKind): Promise<void> {
    void this.flush();
    const { at, message, inner } = shown;
    const body = inner ?? message;
    const { sender, recipients } = inner === undefined ? message.envelope : { sender: '', recipients: [] };
    const isHtmlUsed = kind === 'forward' || (kind !== 'attached' && body.text === '');
    const html = isHtmlUsed && body.hasHtml ? await this.#htmlOf(shown) : '';
    const text = body.text === '' ? this.#given.htmlText(html) : body.text;
    this.#open(answerTo({ body: { headers: body.headers, text }, html, sender, recipients }, kind));
    const from = { messageId: at.id, inside: at.inside };
    if (kind === 'attached') await this.attach(from, 'message');
    if (kind !== 'forward') return;
    const shownInIt = shownIds(html);
    for (const { number, isAttachment, contentId, fileName } of body.parts) {
      const isShown = contentId !== '' && shownInIt.has(contentId.toLowerCase());
      if (isShown) await this.attach({ ...from, part: number, contentId }, fileName);
      else if (isAttachment) await this.attach({ ...from, part: number }, fileName);
    }
  }

  change(part: Partial<DraftFields>): void {
    const html = part.text === undefined ? this.fields.html : withNote(this.fields.html, part.text);
    this.fields = { ...this.fields, html, ...part };
    this.#isTouched = true;
    this.saving = 'waiting';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** Saves now what is not saved yet. Answers whether everything is. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (!this.isOpen || this.saving === 'saved') return true;
    return (await this.#save()) !== undefined;
  }

  async attachFiles(files: Iterable<File>): Promise<void> {
    this.#isTouched = true;
    for (const file of files) {
      const base64 = toBase64(new Uint8Array(await file.arrayBuffer()));
      await this.attach({ name: file.name, type: file.type, base64 }, file.name);
    }
  }

  /** @param name for while it is under way */
  attach(file: Attachment, name: string): Promise<void> {
    const attaching = this.#attach(file, name);
    this.#attaching.add(attaching);
    void attaching.then(() => this.#attaching.delete(attaching));
    return attaching;
  }

  async #attach(file: Attachment, name: string): Promise<void> {
    const opened = this.#opened;
    this.uploads = [...this.uploads, name];
    try {
      const id = this.#id ?? (await this.#save());
      if (id === undefined) return;
      const attached = await this.#given.api.drafts.attach({ id, file });
      if (opened === this.#opened) this.files = [...this.files, attached];
    } catch (cause) {
      if (opened === this.#opened) this.problems = [`${name}: ${explain(cause)}`];
    } finally {
      this.uploads = this.uploads.toSpliced(this.uploads.indexOf(name), 1);
    }
  }

  async detach(file: DraftFile): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    this.files = this.files.filter((other) => other !== file);
    await this.#given.toasts.attempt(() => this.#given.api.drafts.detach({ id, file: file.id }));
  }

  /** What is being attached goes with it; where that fails nothing is sent. */
  async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.problems = [];
    const opened = this.#opened;
    try {
      await Promise.all(this.#attaching);
      if (opened !== this.#opened || this.problems.length > 0) return;
      clearTimeout(this.#timer);
      const id = await this.#save();
      if (id === undefined) return;
      const [error, sent] = await safe(this.#given.api.drafts.send({ id }));
      if (opened !== this.#opened) return;
      if (error === null) this.#take(sent);
      else this.problems = isDefinedError(error) ? error.data.problems : [explain(error)];
    } finally {
      this.isSending = false;
    }
  }

  /** Closes what nobody wrote in; asks about everything else. */
  leave(): void {
    if (this.#isTouched) this.isAsking = true;
    else void this.discard();
  }

  async keep(): Promise<void> {
    if (!(await this.flush())) return;
    this.#close();
    await this.refresh();
  }

  async discard(): Promise<void> {
    clearTimeout(this.#timer);
    const opened = this.#opened;
    await this.#work;
    const id = this.#id;
    if (opened === this.#opened) this.#close();
    if (id !== undefined)
      await this.#given.toasts.attempt(() => this.#given.api.drafts.remove({ ids: [id] }));
    await this.refresh();
  }

  /** Those that wait; the open one stays. */
  async discardAll(): Promise<void> {
    const ids = this.waiting.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.#given.toasts.attempt(() => this.#given.api.drafts.remove({ ids }));
    await this.refresh();
  }

  #open(fields: DraftFields, id?: number, files: readonly DraftFile[] = []): void {
    this.#opened += 1;
    this.#id = id;
    this.fields = fields;
    this.files = files;
    this.problems = [];
    this.saving = 'saved';
    this.#isTouched = false;
    this.isAsking = false;
    this.isOpen = true;
  }

  #close(): void {
    this.#opened += 1;
    this.isOpen = false;
    this.isAsking = false;
    this.#id = undefined;
  }

  /** One after another: the first save gives the draft its number. */
  #save(): Promise<number | undefined> {
    const opened = this.#opened;
    const { fields } = this;
    const before = this.#id;
    const work = this.#work.then(async () => {
      const known = opened === this.#opened ? this.#id : before;
      const [error, saved] = await safe(
        this.#given.api.drafts.save({ fields, ...(known === undefined ? {} : { id: known }) }),
      );
      if (opened !== this.#opened) return saved?.id;
      if (error !== null) {
        this.saving = 'failed';
        return undefined;
      }
      this.#id = saved.id;
      if (fields === this.fields) this.saving = 'saved';
      return saved.id;
    });
    this.#work = work;
    return work;
  }

  #take({ queueId, id, refused }: HandedIn): void {
    if (queueId === '') {
      this.problems = refused.length > 0 ? refused : ['The message was not taken.'];
      return;
    }
    const { toasts, onSent } = this.#given;
    const action =
      id === undefined
        ? {}
        : {
            action: {
              label: 'Show',
              run: () => {
                onSent(id);
              },
            },
          };
    for (const reason of refused) toasts.show(`Refused: ${reason}`, { tone: 'bad' });
    toasts.show(`Sent: queued as ${queueId}`, action);
    this.#close();
    void this.refresh();
  }

  async #htmlOf({ at, message, inner }: ShownMessage): Promise<string> {
    const part = (inner ?? message).parts.find(({ kind, isAttachment }) => kind === 'html' && !isAttachment);
    return part === undefined ? '' : this.#read(at, part);
  }

  async #read(at: MessageAt, { number, charset }: Part): Promise<string> {
    try {
      const response = await this.#given.fetch(partUrl(at, number));
      return decodedText(await response.arrayBuffer(), charset);
    } catch {
      return '';
    }
  }
}
