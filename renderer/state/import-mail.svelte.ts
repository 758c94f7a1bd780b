import type { ImportInput } from '../../core/api/contract/hand-in.ts';
import type { ArchivedMessage } from '../../core/archive/archived.ts';
import type { ReadMessage } from '../../core/archive/read.ts';
import { parseMailboxes } from '../../core/mail/mailboxes.ts';
import { toBase64 } from './bytes.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

/** What of a chosen file is needed: its bytes in places, so that it may be larger than memory. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface NotImported {
  readonly from: string;
  readonly reason: string;
}

const BATCH_MESSAGES = 100;
const BATCH_BYTES = 4 * 1024 * 1024;
/** More are counted, not listed. */
const MOST_TOLD = 200;

interface Waiting {
  readonly from: string;
  readonly message: ArchivedMessage;
}

const toInput = ({ raw, sender, recipients, isRead, isStarred }: ArchivedMessage) => ({
  rawBase64: toBase64(raw),
  ...(sender === undefined ? {} : { sender }),
  ...(recipients === undefined ? {} : { recipients: [...recipients] }),
  isRead: isRead === true,
  isStarred: isStarred === true,
});

/** Files with mail in them on their way into the sandbox. */
export class ImportMail {
  phase = $state<'closed' | 'asking' | 'running' | 'done'>('closed');
  files = $state.raw<readonly ChosenFile[]>([]);
  way = $state<ImportInput['as']['kind']>('mailbox');
  mailbox = $state('');
  sender = $state('');
  recipients = $state('');
  imported = $state(0);
  doneBytes = $state(0);
  failed = $state(0);
  /** The first of what was not taken, with the reason. */
  failures = $state.raw<readonly NotImported[]>([]);
  isCancelled = $state(false);
  problem = $state('');
  readonly totalBytes: number = $derived(this.files.reduce((sum, { size }) => sum + size, 0));
  readonly #api: { readonly mail: Pick<Api['mail'], 'import'> };

  constructor(api: { readonly mail: Pick<Api['mail'], 'import'> }) {
    this.#api = api;
  }

  /** Asks how; files that come while others are read wait for nothing, they are not taken. */
  choose(files: readonly ChosenFile[], mailbox: string): void {
    if (files.length === 0 || this.phase === 'running') return;
    this.files = files;
    if (this.mailbox === '') this.mailbox = mailbox;
    this.problem = '';
    this.phase = 'asking';
  }

  /** What is under way is cancelled first. */
  close(): void {
    if (this.phase === 'running') this.cancel();
    else this.phase = 'closed';
  }

  /** What was imported stays. */
  cancel(): void {
    this.isCancelled = true;
  }

  async start(): Promise<void> {
    const as = this.#as();
    if (as === undefined) return;
    this.phase = 'running';
    this.isCancelled = false;
    this.imported = 0;
    this.failed = 0;
    this.failures = [];
    this.doneBytes = 0;
    let before = 0;
    for (const file of this.files) {
      if (this.#isOver()) break;
      await this.#file(file, as, before);
      before += file.size;
    }
    this.phase = 'done';
  }

  /** Asked anew each time: a person may cancel while something is awaited. */
  #isOver(): boolean {
    return this.isCancelled;
  }

  #as(): ImportInput['as'] | undefined {
    if (this.way === 'mailbox') {
      const name = this.mailbox.trim();
      this.problem = name === '' ? 'Which mailbox?' : '';
      return name === '' ? undefined : { kind: 'mailbox', name };
    }
    const { mailboxes, bad } = parseMailboxes(this.recipients);
    const senders = parseMailboxes(this.sender);
    const wrong = [...bad, ...senders.bad].map((text) => `“${text}”`);
    this.problem = wrong.length === 0 ? '' : `${wrong.join(', ')} is not an address.`;
    if (wrong.length > 0) return undefined;
    const recipients = mailboxes.map(({ address }) => address);
    return { kind: 'sent', sender: senders.mailboxes[0]?.address ?? '', recipients };
  }

  async #file(file: ChosenFile, as: ImportInput['as'], before: number): Promise<void> {
    const read = async (start: number, end: number) =>
      new Uint8Array(await file.slice(start, end).arrayBuffer());
    let batch: Waiting[] = [];
    let bytes = 0;
    try {
      const { readMail } = await import('../../core/archive/read.ts');
      for await (const one of readMail({ size: file.size, read }, file.name)) {
        if (this.#isOver()) return;
        if (this.#take(one, batch)) bytes += batch.at(-1)?.message.raw.length ?? 0;
        if (batch.length >= BATCH_MESSAGES || bytes >= BATCH_BYTES) {
          await this.#hand(batch, as);
          batch = [];
          bytes = 0;
        }
        this.doneBytes = before + one.doneBytes;
      }
      await this.#hand(batch, as);
    } catch (cause) {
      this.#fail(file.name, explain(cause));
    }
    this.doneBytes = before + file.size;
  }

  #take(one: ReadMessage, batch: Waiting[]): boolean {
    if (one.kind === 'message') batch.push(one);
    else this.#fail(one.from, one.reason);
    return one.kind === 'message';
  }

  /** A call that fails fails for all of its messages: each is told. */
  async #hand(batch: readonly Waiting[], as: ImportInput['as']): Promise<void> {
    if (batch.length === 0) return;
    try {
      const messages = batch.map(({ message }) => toInput(message));
      const { results } = await this.#api.mail.import({ messages, as });
      results.forEach(({ refused }, at) => {
        if (refused === undefined) this.imported += 1;
        else this.#fail(batch[at]?.from ?? '', refused);
      });
    } catch (cause) {
      for (const { from } of batch) this.#fail(from, explain(cause));
    }
  }

  #fail(from: string, reason: string): void {
    this.failed += 1;
    if (this.failures.length < MOST_TOLD) this.failures = [...this.failures, { from, reason }];
  }
}
