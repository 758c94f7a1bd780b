import { isDefinedError, safe, type ORPCError } from '@orpc/client';
import type { Problem } from '../../core/api/contract/common.ts';
import type { MessageRow } from '../../core/api/contract/mail.ts';
import { messageUrl } from '../../core/api/contract/resources.ts';
import {
  deviationsFrom,
  expectationsOf,
  scenario as scenarioSchema,
  type Deviation,
  type Scenario,
} from '../../core/api/contract/scenario.ts';
import type { TraceResult } from '../../core/api/contract/trace.ts';
import type { Config } from './config.svelte.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import {
  commandOf,
  FIRST_FORM,
  formOf,
  inputOf,
  jsonOf,
  recipientsOf,
  scenarioOf,
  type LabForm,
} from './lab-form.ts';

export interface LabRun {
  readonly inUse: TraceResult;
  /** Absent: there was no draft. */
  readonly draft?: TraceResult;
  /** The step from which the two differ, from 0; null: nowhere. */
  readonly difference: number | null;
}

export interface LabDependencies {
  readonly api: Pick<Api, 'trace' | 'mail'>;
  readonly config: Pick<Config, 'changes'>;
  readonly fetch: (url: string) => Promise<Response>;
  /** Opens the journey of what was handed in. */
  readonly onSent: (id: number, refused: readonly string[]) => void;
}

/** Fits the list of captured messages that the form offers. */
const OFFERED = 50;

/** Dry runs: what is asked, what came of it with the configuration in use and with the draft beside it. */
export class Lab {
  form = $state.raw<LabForm>(FIRST_FORM);
  captured = $state.raw<readonly MessageRow[]>([]);
  /** The scenario that was opened: its files are the draft, its expectations are held against the run. */
  opened = $state.raw<Scenario | undefined>();
  run = $state.raw<LabRun | undefined>();
  state = $state<'idle' | 'running' | 'failed'>('idle');
  failure = $state('');
  /** It was asked for as real mail. */
  isReal = $state(false);
  problems = $state.raw<readonly Problem[]>([]);
  readonly command: string = $derived(commandOf(this.form));
  readonly isComplete: boolean = $derived(recipientsOf(this.form).length > 0);
  readonly files: Scenario['files'] = $derived.by(() => {
    const files = this.opened?.files ?? {};
    return Object.keys(files).length > 0 ? files : this.#config.changes;
  });
  readonly hasDraft: boolean = $derived(Object.keys(this.files).length > 0);
  /** Where the run is not what the opened scenario expects. */
  readonly deviations: readonly Deviation[] | undefined = $derived.by(() => {
    if (this.opened === undefined || this.run === undefined) return undefined;
    return deviationsFrom(this.opened.expect, (this.run.draft ?? this.run.inUse).fates);
  });
  readonly #api: LabDependencies['api'];
  readonly #config: LabDependencies['config'];
  readonly #fetch: LabDependencies['fetch'];
  readonly #onSent: LabDependencies['onSent'];
  #asked = 0;

  constructor({ api, config, fetch, onSent }: LabDependencies) {
    this.#api = api;
    this.#config = config;
    this.#fetch = fetch;
    this.#onSent = onSent;
  }

  change(part: Partial<LabForm>): void {
    this.form = { ...this.form, ...part };
  }

  /** The messages that the form offers: the newest. */
  async offer(): Promise<void> {
    const [, answer] = await safe(this.#api.mail.list({ limit: OFFERED }));
    if (answer !== undefined) this.captured = answer.messages;
  }

  /** The envelope and the message of a captured one, so that it can be tried with other settings. Answers whether it is there. */
  async take(id: number): Promise<boolean> {
    const [error, detail] = await safe(this.#api.mail.get({ id }));
    if (error !== null) {
      this.#fail(explain(error));
      return false;
    }
    const { envelope, subject } = detail;
    this.form = {
      clientAddress: envelope.clientAddress === '' ? '127.0.0.1' : envelope.clientAddress,
      clientName: envelope.clientName === 'unknown' ? '' : envelope.clientName,
      service: '',
      tls: /^ESMTPSA?$/.test(envelope.protocol),
      login: '',
      helo: envelope.helo === '' ? 'localhost' : envelope.helo,
      sender: envelope.sender,
      recipients: [...new Set(envelope.recipients)].join(', '),
      message: { kind: 'captured', id, subject },
    };
    this.opened = undefined;
    return true;
  }

  /** A captured one with the files that are tried: a scenario that is open stays so. */
  async trace(id: number): Promise<void> {
    const { opened } = this;
    if (!(await this.take(id))) return;
    this.opened = opened;
    await this.start();
  }

  async start(): Promise<void> {
    const asked = ++this.#asked;
    this.state = 'running';
    this.isReal = false;
    const input = inputOf(this.form, this.files);
    const [error, run] = this.hasDraft
      ? await safe(this.#api.trace.compare(input))
      : await this.#inUse(input);
    if (asked !== this.#asked) return;
    if (error !== null) this.#explain(error);
    else {
      this.#settle();
      this.run = run;
    }
  }

  /** The same for real, with the configuration in use: the journey opens when it was taken. */
  async inject(): Promise<void> {
    const asked = ++this.#asked;
    this.state = 'running';
    this.isReal = true;
    const [error, sent] = await safe(this.#api.mail.inject(inputOf(this.form, {})));
    if (asked !== this.#asked) return;
    if (error !== null) this.#fail(explain(error));
    else if (sent.id === undefined) this.#fail(sent.refused.join('\n') || 'The message was discarded.');
    else {
      this.#settle();
      this.#onSent(sent.id, sent.refused);
    }
  }

  /** Reads a scenario file and runs it. Answers whether it is one. */
  async open(text: string): Promise<boolean> {
    this.isReal = false;
    const parsed = scenarioSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      this.#fail(`This is no scenario: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
      return false;
    }
    this.opened = parsed.data;
    this.form = formOf(parsed.data);
    await this.start();
    return true;
  }

  closeScenario(): void {
    this.opened = undefined;
    this.run = undefined;
  }

  /** The run as a scenario that expects what came of it: of the draft with its files, where there is one. */
  async toScenario(): Promise<string> {
    const { message } = this.form;
    const bytes =
      message.kind === 'captured'
        ? new Uint8Array(
            await (await this.#fetch(messageUrl({ id: message.id, inside: '' }, 'source'))).arrayBuffer(),
          )
        : undefined;
    const result = this.run?.draft ?? this.run?.inUse;
    const files = this.run?.draft === undefined ? {} : this.files;
    const saved = scenarioOf(this.form, files, expectationsOf(result?.fates ?? []), bytes);
    return `${JSON.stringify(saved, null, 2)}\n`;
  }

  async #inUse(input: ReturnType<typeof inputOf>) {
    const [error, inUse] = await safe(this.#api.trace.run(input));
    return error === null ? ([null, { inUse, difference: null }] as const) : ([error, undefined] as const);
  }

  #settle(): void {
    this.state = 'idle';
    this.failure = '';
    this.problems = [];
  }

  #explain(error: Error | ORPCError<'UNPROCESSABLE_CONTENT', { problems: Problem[] }>): void {
    this.#fail(explain(error));
    if (isDefinedError(error)) this.problems = error.data.problems;
  }

  #fail(text: string): void {
    this.state = 'failed';
    this.failure = text;
    this.problems = [];
    this.run = undefined;
  }
}
