import type { UserRow } from '../../core/api/contract/config.ts';
import { textOf, valueIn } from './config-draft.ts';
import type { Config } from './config.svelte.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';
import {
  addRow,
  addWord,
  changeRow,
  faultOf,
  listWords,
  removeRow,
  removeWord,
  rowsOf,
  tableFile,
  type Entry,
  type Row,
  type TableKind,
} from './table-text.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What is kept in a table of the folder. */
export type TableOf = 'aliases' | 'addresses' | 'mailboxes';
export type DomainKind = 'virtual_mailbox_domains' | 'virtual_alias_domains';

const PARAMETERS: { readonly [Of in TableOf]: string } = {
  aliases: 'alias_maps',
  addresses: 'virtual_alias_maps',
  mailboxes: 'virtual_mailbox_maps',
};
const DOMAIN_KINDS: readonly DomainKind[] = ['virtual_mailbox_domains', 'virtual_alias_domains'];

export interface DomainRow {
  readonly domain: string;
  readonly kind: DomainKind;
}

/** Users, aliases, domains and mailboxes as tables. What is changed is the draft of the files; users change at once. */
export class People {
  users = $state.raw<readonly UserRow[]>([]);
  /** The file of each table that main.cf, as it is drafted, names. */
  readonly files: { readonly [Of in TableOf]: string | undefined } = $derived.by(() => {
    const value = (name: string) => valueIn(this.#main(), name) ?? '';
    const file = (of: TableOf) => tableFile(value(PARAMETERS[of]), this.#config.directory);
    return { aliases: file('aliases'), addresses: file('addresses'), mailboxes: file('mailboxes') };
  });
  readonly domains: readonly DomainRow[] = $derived.by(() =>
    DOMAIN_KINDS.flatMap((kind) =>
      listWords(this.#main(), kind)
        .filter(({ word }) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(word))
        .map(({ word }) => ({ domain: word, kind })),
    ),
  );
  readonly #api: Pick<Api, 'users'>;
  readonly #config: Config;
  readonly #toasts: Toasts;
  #isWanted = false;

  constructor(dependencies: {
    readonly api: Pick<Api, 'users'>;
    readonly config: Config;
    readonly live: Pick<Live, 'on'>;
    readonly toasts: Toasts;
  }) {
    this.#api = dependencies.api;
    this.#config = dependencies.config;
    this.#toasts = dependencies.toasts;
    dependencies.live.on(({ kind }) => {
      if (this.#isWanted && kind === 'resync') void this.loadUsers();
    });
  }

  async loadUsers(): Promise<void> {
    this.#isWanted = true;
    await this.#toasts.attempt(async () => {
      ({ users: this.users } = await this.#api.users.list());
    });
  }

  /** Answers whether there is such a user now who was not there before. */
  async addUser(name: string): Promise<boolean> {
    let isNew = false;
    await this.#toasts.attempt(async () => {
      ({ added: isNew } = await this.#api.users.add({ name }));
      if (!isNew) this.#toasts.show(`${name} is there already`);
    });
    await this.loadUsers();
    return isNew;
  }

  async removeUser(name: string): Promise<void> {
    await this.#toasts.attempt(async () => {
      await this.#api.users.remove({ name });
      this.#toasts.show(`${name} was removed; the mail stays under All mail`, {
        action: { label: 'Undo', run: () => void this.addUser(name) },
      });
    });
    await this.loadUsers();
  }

  /** The file's text has to be there before its rows are. */
  async open(of: TableOf): Promise<void> {
    const file = this.files[of];
    if (file !== undefined) await this.#config.ensure(file);
  }

  rows(of: TableOf): readonly Row[] {
    const file = this.files[of];
    const draft = file === undefined ? undefined : this.#config.drafts[file];
    return draft === undefined ? [] : rowsOf(textOf(draft), kindOf(of));
  }

  /** Why it cannot be written; undefined: it was, in the draft. */
  save(of: TableOf, old: Row | undefined, entry: Entry): string | undefined {
    const others = this.rows(of).filter((row) => row.lines[0] !== old?.lines[0]);
    const name = of === 'aliases' ? 'The name' : 'The address';
    const fault = faultOf(entry, others, kindOf(of), name);
    if (fault !== undefined) return fault;
    const trimmed = { key: entry.key.trim(), value: entry.value.trim() };
    this.#edit(of, (text) =>
      old === undefined ? addRow(text, kindOf(of), trimmed) : changeRow(text, kindOf(of), old, trimmed),
    );
    return undefined;
  }

  remove(of: TableOf, row: Row): void {
    this.#edit(of, (text) => removeRow(text, row));
  }

  addDomain(kind: DomainKind, domain: string): string | undefined {
    const name = domain.trim().toLowerCase();
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return 'That is no domain';
    if (this.domains.some((row) => row.domain.toLowerCase() === name)) return `${name} is there already`;
    // what the default says stays true
    const first = kind === 'virtual_alias_domains' ? `$virtual_alias_maps, ${name}` : name;
    this.#config.type('main.cf', addWord(this.#main(), kind, name, first));
    return undefined;
  }

  removeDomain({ domain, kind }: DomainRow): void {
    this.#config.type('main.cf', removeWord(this.#main(), kind, domain));
  }

  #main(): string {
    const draft = this.#config.drafts['main.cf'];
    return draft === undefined ? '' : textOf(draft);
  }

  #edit(of: TableOf, change: (text: string) => string): void {
    const file = this.files[of];
    const draft = file === undefined ? undefined : this.#config.drafts[file];
    if (file === undefined || draft === undefined) return;
    const before = textOf(draft);
    this.#config.type(file, change(before));
    this.#toasts.show(`${file}: changed in the draft`, {
      action: { label: 'Undo', run: () => this.#config.type(file, before) },
    });
  }
}

const kindOf = (of: TableOf): TableKind => (of === 'aliases' ? 'aliases' : 'table');
