import { isDefinedError, safe } from '@orpc/client';
import { fixedTexts } from '../../core/api/contract/line-edits.ts';
import type { Problem } from '../../core/api/contract/common.ts';
import type { ConfigFile, Meaning, Setting } from '../../core/api/contract/config.ts';
import {
  begin,
  edit,
  keepMine,
  lineOf,
  refresh,
  settle,
  takeTheirs,
  textOf,
  type ConfigDraft,
} from './config-draft.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { Live } from './live.svelte.ts';
import { throttle } from './throttle.ts';
import type { Toasts } from './toasts.svelte.ts';

const REFRESH_EVERY_MS = 300;
const CHECK_AFTER_MS = 400;

/** The configuration folder: its files as they are, what was typed into them, and what the check says about that. */
export class Config {
  directory = $state('');
  files = $state.raw<readonly ConfigFile[]>([]);
  settings = $state.raw<readonly Setting[]>([]);
  problems = $state.raw<readonly Problem[]>([]);
  drafts = $state.raw<Readonly<Record<string, ConfigDraft>>>({});
  open = $state('main.cf');
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state('');
  isApplying = $state(false);
  /** The folder's files and those that are begun but not applied yet. */
  readonly listed: readonly Pick<ConfigFile, 'name' | 'kind' | 'isStale'>[] = $derived([
    ...this.files,
    ...Object.keys(this.drafts)
      .filter((name) => !this.#has(name))
      .map((name) => ({ name, kind: 'table' as const, isStale: false })),
  ]);
  readonly draft: ConfigDraft | undefined = $derived(this.drafts[this.open]);
  readonly edited: readonly string[] = $derived(
    Object.keys(this.drafts).filter((name) => this.drafts[name]?.edited !== undefined),
  );
  /** The edited texts, by file: the draft. */
  readonly changes: Readonly<Record<string, string>> = $derived(
    Object.fromEntries(this.edited.map((name) => [name, this.#text(name)])),
  );
  readonly conflicts: readonly string[] = $derived(
    Object.keys(this.drafts).filter((name) => this.drafts[name]?.theirs !== undefined),
  );
  readonly #api: Pick<Api, 'config' | 'tables'>;
  readonly #toasts: Toasts;
  readonly #refresh = throttle(REFRESH_EVERY_MS, () => this.load());
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #checked = 0;
  /** The draft that the problems are about. */
  #checkedChanges: Readonly<Record<string, string>> = {};

  constructor(api: Pick<Api, 'config' | 'tables'>, live: Pick<Live, 'on'>, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    live.on((event) => {
      if (event.kind === 'config' || event.kind === 'resync') this.#refresh();
    });
  }

  /** Reads the folder again: the list, what differs from the defaults, and every file that is open. */
  async load(): Promise<void> {
    try {
      const [folder, settings] = await Promise.all([this.#api.config.files(), this.#api.config.settings()]);
      this.directory = folder.directory;
      this.files = folder.files;
      this.settings = settings.settings;
      const names = new Set([this.open, ...Object.keys(this.drafts)]);
      await Promise.all([...names].filter((name) => this.#has(name)).map((name) => this.#read(name)));
      this.state = 'ready';
      await this.check();
    } catch (cause) {
      this.failure = explain(cause);
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  /** Reads a file that is not open yet; one that there is not is begun. */
  async ensure(name: string): Promise<void> {
    if (this.drafts[name] !== undefined) return;
    if (this.#has(name)) await this.#toasts.attempt(() => this.#read(name));
    else this.#set(name, begin({ text: '', version: '' }));
  }

  async show(name: string): Promise<void> {
    this.open = name;
    if (this.drafts[name] === undefined && this.#has(name)) {
      await this.#toasts.attempt(() => this.#read(name));
    }
  }

  /** Begins a file that there is not yet; it is made when it is applied. */
  create(name: string): void {
    if (!this.#has(name) && this.drafts[name] === undefined)
      this.#set(name, begin({ text: '', version: '' }));
    this.open = name;
  }

  type(name: string, text: string): void {
    const draft = this.drafts[name];
    if (draft === undefined || textOf(draft) === text) return;
    this.#set(name, edit(draft, text));
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => void this.#toasts.attempt(() => this.check()), CHECK_AFTER_MS);
  }

  discard(name: string): void {
    const draft = this.drafts[name];
    if (draft === undefined) return;
    if (draft.version === '' && draft.theirs === undefined) {
      this.drafts = Object.fromEntries(Object.entries(this.drafts).filter(([other]) => other !== name));
      this.open = 'main.cf';
    } else this.#set(name, begin(draft.theirs ?? draft));
    void this.#toasts.attempt(() => this.check());
  }

  settleConflict(name: string, choice: 'mine' | 'theirs' | { readonly text: string }): void {
    const draft = this.drafts[name];
    if (draft === undefined) return;
    if (typeof choice === 'object') this.#set(name, settle(draft, choice.text));
    else this.#set(name, choice === 'mine' ? keepMine(draft) : takeTheirs(draft));
    void this.#toasts.attempt(() => this.check());
  }

  /** Where main.cf, as it is drafted, defines a name: the line, from 1. */
  async definitionOf(name: string): Promise<number | undefined> {
    if (this.drafts['main.cf'] === undefined && this.#has('main.cf')) await this.#read('main.cf');
    return lineOf(this.#text('main.cf'), name);
  }

  async check(): Promise<void> {
    const checked = ++this.#checked;
    const { changes } = this;
    const { problems } = await this.#api.config.check({ files: changes });
    if (checked !== this.#checked) return;
    this.problems = problems;
    this.#checkedChanges = changes;
  }

  compare(): Promise<Meaning> {
    return this.#api.config.compare({ files: this.changes });
  }

  /** Does what makes a problem go away: in the draft, where it is about texts; at once, where a table is to be compiled. */
  async fix(problem: Problem): Promise<void> {
    // its lines are those of the text that was checked
    if (JSON.stringify(this.#checkedChanges) !== JSON.stringify(this.changes)) await this.check();
    const found = this.problems.find((one) => one.file === problem.file && one.message === problem.message);
    const fix = found?.fix;
    if (fix === undefined) return;
    if (fix.compile !== undefined) await this.#compile(fix.compile, fix.title.split(' ').at(-1) ?? 'postmap');
    else await this.#change(fix);
  }

  async #compile(table: string, program: string): Promise<void> {
    const command = program === 'postalias' ? 'postalias' : 'postmap';
    const { exit, stderr } = await this.#api.tables.run({ command, args: [table] });
    if (exit === 0) this.#toasts.show(`${table} was compiled`);
    else this.#toasts.show(stderr.trim(), { tone: 'bad' });
    await this.load();
  }

  async #change(fix: NonNullable<Problem['fix']>): Promise<void> {
    const files = [...new Set(fix.edits.map(({ file }) => file))];
    for (const name of files) {
      if (this.drafts[name] === undefined && this.#has(name)) await this.#read(name);
      else if (this.drafts[name] === undefined) this.#set(name, begin({ text: '', version: '' }));
    }
    const before = Object.fromEntries(files.map((name) => [name, this.#text(name)]));
    const after = fixedTexts(fix, (name) => before[name]);
    for (const [name, text] of Object.entries(after)) this.type(name, text);
    await this.check();
    const run = () => {
      for (const [name, text] of Object.entries(before)) this.type(name, text);
    };
    this.#toasts.show(`${fix.title}: done in the draft`, { action: { label: 'Undo', run } });
  }

  /** Checks and, unless there are errors, writes and reloads. Answers whether it is in use now. */
  async apply(options: { readonly force: boolean } = { force: false }): Promise<boolean> {
    const files = Object.fromEntries(
      this.edited.map((name) => [
        name,
        { text: this.#text(name), version: this.drafts[name]?.version ?? '' },
      ]),
    );
    this.isApplying = true;
    const [error, answer] = await safe(this.#api.config.apply({ files, force: options.force }));
    this.isApplying = false;
    if (isDefinedError(error)) {
      if (error.code === 'UNPROCESSABLE_CONTENT') this.problems = error.data.problems;
      else await this.#rereadAll(error.data.files);
      return false;
    }
    if (error !== null) {
      this.#toasts.show(explain(error), { tone: 'bad' });
      return false;
    }
    this.problems = answer.problems;
    for (const [name, { text }] of Object.entries(files)) this.#set(name, { text, version: '' });
    await this.#rereadAll(Object.keys(files));
    this.#toasts.show(`Applied: configuration revision ${answer.revision}`, {
      action: { label: 'Undo', run: () => void this.#takeBack(answer.revision - 1) },
    });
    return true;
  }

  /** The state before an apply is the revision before it: what other programs had changed is one too. */
  async #takeBack(number: number): Promise<void> {
    await this.#toasts.attempt(async () => {
      const { revision } = await this.#api.config.restore({ number, force: true });
      await this.load();
      this.#toasts.show(`Taken back: configuration revision ${revision}`);
    });
  }

  #rereadAll(names: readonly string[]): Promise<boolean> {
    return this.#toasts.attempt(() => Promise.all(names.map((name) => this.#read(name))));
  }

  async #read(name: string): Promise<void> {
    const file = await this.#api.config.read({ name });
    const known = this.drafts[name];
    const next = known === undefined ? begin(file) : refresh(known, file);
    this.#set(name, next);
    const isMerged = known?.edited !== undefined && next.edited !== undefined && next.edited !== known.edited;
    if (isMerged)
      this.#toasts.show(`${name} was changed by another program: your edits were merged with that`);
  }

  #has(name: string): boolean {
    return this.files.some((file) => file.name === name);
  }

  #text(name: string): string {
    const draft = this.drafts[name];
    return draft === undefined ? '' : textOf(draft);
  }

  #set(name: string, draft: ConfigDraft): void {
    this.drafts = { ...this.drafts, [name]: draft };
  }
}
