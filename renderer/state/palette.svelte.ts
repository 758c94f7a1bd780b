import type { MessageRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';
import type { Folders } from './folders.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import { beginningOf, matching, paletteWords, type PaletteItem } from './palette-items.ts';
import type { Place, Shelf } from './place.ts';
import type { Shortcut, Shortcuts } from './shortcuts.svelte.ts';

export interface PaletteDependencies {
  readonly api: Pick<Api, 'mail' | 'config'>;
  readonly shortcuts: Shortcuts;
  readonly folders: Pick<Folders, 'counts'>;
  readonly navigation: Pick<Navigation, 'go'>;
  readonly find: (words: string) => void;
}

const TYPING_MS = 120;
const MOST_MESSAGES = 8;

interface Destination {
  readonly kind: string;
  readonly name: string;
  readonly place: Place;
}
const shelf = (kind: string, name: string, to: Shelf): Destination => ({
  kind,
  name,
  place: { view: 'mail', shelf: to },
});
const view = (name: string, place: Place): Destination => ({ kind: 'View', name, place });

const DESTINATIONS: readonly Destination[] = [
  view('Mail', { view: 'mail', shelf: { kind: 'all' } }),
  view('Queue', { view: 'queue' }),
  view('Configuration', { view: 'config' }),
  view('Lab', { view: 'lab' }),
  view('Log', { view: 'log' }),
  view('SMTP sessions', { view: 'sessions' }),
  shelf('Folder', 'Unread', { kind: 'unread' }),
  shelf('Folder', 'Undeliverable', { kind: 'undeliverable' }),
  shelf('Folder', 'Held', { kind: 'held' }),
  shelf('Folder', 'Refused', { kind: 'refused' }),
  shelf('Folder', 'Bin', { kind: 'bin' }),
];

/** The command palette: the keys of the present view as commands, everywhere one can go, and messages by their words. */
export class Palette {
  isOpen = $state(false);
  typed = $state('');
  /** Which item Enter takes. */
  index = $state(0);
  #messages = $state.raw<readonly MessageRow[]>([]);
  #files = $state.raw<readonly string[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #deps: PaletteDependencies;
  readonly #words = $derived(paletteWords(this.typed));
  readonly #commands: readonly PaletteItem[] = $derived.by(() => commandsOf(this.#deps.shortcuts.all));
  readonly #places: readonly PaletteItem[] = $derived.by(() => this.#toPlaces());
  readonly items: readonly PaletteItem[] = $derived.by(() => {
    const { isCommand, text } = this.#words;
    if (isCommand) return matching(this.#commands, text);
    return [...matching([...this.#commands, ...this.#places], text), ...this.#toMessages(text)];
  });
  readonly chosen: PaletteItem | undefined = $derived(this.items[this.index]);

  constructor(deps: PaletteDependencies) {
    this.#deps = deps;
  }

  /** `typed`: what stands in the field at first. */
  open(typed = ''): void {
    this.type(typed);
    this.isOpen = true;
    void this.#loadFiles();
  }

  type(typed: string): void {
    this.typed = typed;
    this.index = 0;
    clearTimeout(this.#timer);
    const { isCommand, text } = paletteWords(typed);
    if (isCommand || text === '') this.#messages = [];
    else this.#timer = setTimeout(() => void this.#loadMessages(text), TYPING_MS);
  }

  move(by: number): void {
    const count = this.items.length;
    if (count > 0) this.index = (this.index + by + count) % count;
  }

  moveTo(index: number): void {
    this.index = Math.max(0, Math.min(index, this.items.length - 1));
  }

  #toPlaces(): readonly PaletteItem[] {
    const { counts } = this.#deps.folders;
    const destinations = [
      ...DESTINATIONS,
      ...(counts?.mailboxes ?? []).map(({ name }) => shelf('Mailbox', name, { kind: 'mailbox', name })),
      ...(counts?.aliases ?? []).map(({ name }) => shelf('Alias', name, { kind: 'alias', name })),
      ...this.#files.map((file) => ({ kind: 'File', name: file, place: { view: 'config', file } as const })),
    ];
    return destinations.map(({ kind, name, place }) => ({
      id: `${kind}/${name}`,
      label: name,
      kind,
      run: () => {
        this.#deps.navigation.go(place);
      },
    }));
  }

  #toMessages(text: string): readonly PaletteItem[] {
    if (text === '') return [];
    const { navigation, find } = this.#deps;
    const messages = this.#messages.map(({ id, subject, from }) => ({
      id: `message/${id}`,
      label: subject === '' ? '(no subject)' : subject,
      kind: from,
      run: () => {
        navigation.go({ view: 'mail', shelf: { kind: 'all' }, id });
      },
    }));
    const search = {
      id: 'search',
      label: `Search mail for “${text}”`,
      kind: 'Search',
      run: () => {
        find(text);
      },
    };
    return [...messages, search];
  }

  async #loadMessages(text: string): Promise<void> {
    const isWanted = () => this.isOpen && paletteWords(this.typed).text === text;
    try {
      const { messages } = await this.#deps.api.mail.list({
        search: beginningOf(text),
        limit: MOST_MESSAGES,
      });
      if (isWanted()) this.#messages = messages;
    } catch {
      // Offline is said by the status bar; what is not a search (yet) finds nothing.
      if (isWanted()) this.#messages = [];
    }
  }

  async #loadFiles(): Promise<void> {
    try {
      const { files } = await this.#deps.api.config.files();
      this.#files = files.map(({ name }) => name);
    } catch {
      // Offline is said by the status bar.
    }
  }
}

/** The group of the commands that every view has. */
export const EVERYWHERE = 'Everywhere';

/**
 * Each command once, by its first key, however many it has; those of the view first. What leads to a view is offered as a
 * place.
 */
function commandsOf(shortcuts: readonly Shortcut[]): readonly PaletteItem[] {
  const seen = new Set<string>();
  const commands: PaletteItem[] = [];
  const isOfView = ({ group }: Shortcut) => group !== EVERYWHERE;
  const ordered = [...shortcuts.filter(isOfView), ...shortcuts.filter((one) => !isOfView(one))];
  for (const { group, what, keys, run } of ordered) {
    const isPlace = keys.some((key) => key.startsWith('g '));
    if (isPlace || seen.has(what)) continue;
    seen.add(what);
    const [first] = keys;
    commands.push({
      id: `command/${what}`,
      label: what,
      kind: group,
      run,
      ...(first === undefined ? {} : { keys: first }),
    });
  }
  return commands;
}
