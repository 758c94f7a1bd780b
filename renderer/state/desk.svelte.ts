import { shelfName } from '../mail/shelves.ts';
import { Compare } from './compare.svelte.ts';
import { Compose } from './compose.svelte.ts';
import { Config } from './config.svelte.ts';
import { Connection } from './connection.svelte.ts';
import { DragOut, type DragOutDependencies } from './drag-out.ts';
import { ExportMail } from './export-mail.svelte.ts';
import { Finding } from './finding.svelte.ts';
import { Folders } from './folders.svelte.ts';
import { Frame } from './frame.svelte.ts';
import { ImportMail } from './import-mail.svelte.ts';
import { Inspector } from './inspector.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import { Lab } from './lab.svelte.ts';
import { Log } from './log.svelte.ts';
import { Links } from './links.svelte.ts';
import { Live } from './live.svelte.ts';
import { Mail } from './mail.svelte.ts';
import { Navigation, type AddressBar } from './navigation.svelte.ts';
import { Palette } from './palette.svelte.ts';
import { Parameters } from './parameters.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { People } from './people.svelte.ts';
import { Queue } from './queue.svelte.ts';
import { ReadingSettings } from './reading-settings.svelte.ts';
import { Recipes } from './recipes.svelte.ts';
import { Replay } from './replay.svelte.ts';
import { Resend } from './resend.svelte.ts';
import { Revisions } from './revisions.svelte.ts';
import { SandboxClock } from './sandbox-clock.svelte.ts';
import { SearchField } from './search-field.svelte.ts';
import { Sessions } from './sessions.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';
import { Theme, type ThemeHost } from './theme.svelte.ts';
import { Ticker } from './ticker.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Tour } from './tour.svelte.ts';
import { WebAlerts, type Notifier } from './web-alerts.svelte.ts';
import type { Dial } from '../transport/line.ts';

export interface DeskHost {
  readonly dial: Dial;
  readonly fetch: (url: string) => Promise<Response>;
  readonly bar: AddressBar;
  readonly theme: ThemeHost;
  readonly now: () => number;
  /** Offers bytes as a file to keep. */
  readonly save: (name: string, pieces: readonly Uint8Array[], type: string) => void;
  /** What this window calls itself: no other one has the name. */
  readonly view: string;
  /** A port to the desktop app, which can do more than a page in a browser; absent there. */
  readonly desktop: (() => Promise<MessagePort>) | undefined;
  readonly notifier: Notifier;
  readonly drag: DragOutDependencies;
  /** The words of an HTML text. */
  readonly htmlText: (html: string) => string;
}

/** Everything that the window knows, made once and wired here. */
export class Desk {
  readonly connection: Connection;
  readonly live: Live;
  readonly toasts = new Toasts();
  readonly shortcuts = new Shortcuts();
  readonly ticker: Ticker;
  readonly theme: Theme;
  readonly navigation: Navigation;
  readonly folders: Folders;
  readonly mail: Mail;
  readonly searchField: SearchField;
  readonly finding: Finding;
  readonly keeping: Keeping;
  readonly compare: Compare;
  readonly compose: Compose;
  readonly resend: Resend;
  readonly imports: ImportMail;
  readonly exports: ExportMail;
  readonly dragOut: DragOut;
  readonly reading: ReadingSettings;
  readonly frame: Frame;
  readonly links: Links;
  readonly isDesktop: boolean;
  readonly queue: Queue;
  readonly config: Config;
  readonly inspector: Inspector;
  readonly parameters: Parameters;
  readonly revisions: Revisions;
  readonly replay: Replay;
  readonly recipes: Recipes;
  readonly people: People;
  readonly lab: Lab;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly clock: SandboxClock;
  readonly palette: Palette;
  readonly preferences: Preferences;
  readonly webAlerts: WebAlerts;
  readonly tour: Tour;

  constructor(host: DeskHost) {
    this.connection = new Connection(host.dial);
    const { api } = this.connection;
    this.live = new Live(this.connection);
    this.ticker = new Ticker(host.now);
    this.theme = new Theme(host.theme);
    this.navigation = new Navigation(host.bar);
    this.folders = new Folders(api, this.live);
    const { live, folders, toasts } = this;
    this.mail = new Mail({ api, live, folders, toasts, fetch: host.fetch });
    this.finding = new Finding({ api, mail: this.mail, toasts });
    this.compare = new Compare(api, host.fetch);
    this.keeping = new Keeping(api, toasts);
    this.searchField = new SearchField(api, folders);
    const { htmlText } = host;
    const onSent = (id: number, refused: readonly string[] = []) => {
      for (const reason of refused) toasts.show(`Refused: ${reason}`, { tone: 'bad' });
      this.openJourney(id);
    };
    this.compose = new Compose({ api, live, toasts, fetch: host.fetch, htmlText, onSent });
    this.dragOut = new DragOut(host.drag);
    this.imports = new ImportMail(api);
    this.exports = new ExportMail({
      api,
      fetch: host.fetch,
      save: host.save,
      now: host.now,
    });
    this.resend = new Resend({ api, toasts, onSent });
    this.reading = new ReadingSettings(host.theme.storage);
    this.frame = new Frame(this.reading, host.view);
    this.links = new Links(live, host.view);
    this.isDesktop = host.desktop !== undefined;
    this.preferences = new Preferences({ storage: host.theme.storage, desktop: host.desktop });
    this.webAlerts = this.#createWebAlerts(host);
    this.queue = new Queue(api, live, toasts);
    this.config = new Config(api, live, toasts);
    this.inspector = new Inspector(api);
    this.parameters = new Parameters(api, live);
    this.revisions = new Revisions(api, live, toasts);
    this.replay = new Replay(api);
    this.recipes = new Recipes(api, live, toasts);
    this.people = new People({ api, config: this.config, live, toasts });
    this.log = new Log(api, live);
    this.clock = new SandboxClock({ api, live, ticker: this.ticker, toasts });
    this.sessions = new Sessions(api, live);
    this.tour = new Tour({ api, live, storage: host.theme.storage });
    this.palette = new Palette({
      api,
      shortcuts: this.shortcuts,
      folders,
      navigation: this.navigation,
      find: (words) => {
        this.find(words);
      },
    });
    this.lab = new Lab({ api, config: this.config, fetch: host.fetch, onSent });
  }

  openJourney(id: number): void {
    this.mail.reader.wantedTab = 'journey';
    this.navigation.go({ view: 'mail', shelf: { kind: 'all' }, id });
  }

  #createWebAlerts({ notifier, now }: DeskHost): WebAlerts {
    const { live, preferences } = this;
    const open = (id: number | undefined) => {
      this.navigation.go(
        id === undefined
          ? { view: 'mail', shelf: { kind: 'unread' } }
          : { view: 'mail', shelf: { kind: 'all' }, id },
      );
    };
    return new WebAlerts({ api: this.connection.api, live, preferences, notifier, now, open });
  }

  showTour(): void {
    this.navigation.go({ view: 'mail', shelf: { kind: 'all' } });
    this.mail.selection.reset();
    this.tour.ask();
  }

  /** Asks how to export what is selected, or all of the list that is open. */
  askExport(selected?: readonly number[]): void {
    const { search, shelf, selection } = this.mail;
    const folder = shelf.kind === 'refused' ? ({ kind: 'all' } as const) : shelf;
    this.exports.ask({
      selected: selected ?? (selection.isEverything ? [] : [...selection.ids]),
      folder,
      search,
      name: search === '' ? shelfName(folder) : 'Found',
      total: search === '' ? this.folders.total(folder) : undefined,
    });
  }

  /** Searches all mail, wherever one is. */
  find(words: string): void {
    const { navigation, mail } = this;
    if (navigation.place.view !== 'mail') navigation.go({ view: 'mail', shelf: { kind: 'all' } });
    mail.find(words);
    navigation.replace({ view: 'mail', shelf: mail.shelf, ...(words === '' ? {} : { search: words }) });
  }

  /** Returns what ends it. */
  start(): () => void {
    this.connection.start();
    void this.preferences.start();
    const ends = [this.ticker.start(), this.live.sample()];
    return () => {
      this.connection.stop();
      for (const end of ends) end();
    };
  }
}
