import { Compose } from './compose.svelte.ts';
import { Config } from './config.svelte.ts';
import { Connection } from './connection.svelte.ts';
import { DragOut, type DragOutDependencies } from './drag-out.ts';
import { ExportMail } from './export-mail.svelte.ts';
import { Folders } from './folders.svelte.ts';
import { Frame } from './frame.svelte.ts';
import { ImportMail } from './import-mail.svelte.ts';
import { Inspector } from './inspector.svelte.ts';
import { Lab } from './lab.svelte.ts';
import { Log } from './log.svelte.ts';
import { Links } from './links.svelte.ts';
import { Live } from './live.svelte.ts';
import { Mail } from './mail.svelte.ts';
import { Navigation, type AddressBar } from './navigation.svelte.ts';
import { Queue } from './queue.svelte.ts';
import { ReadingSettings } from './reading-settings.svelte.ts';
import { Resend } from './resend.svelte.ts';
import { SandboxClock } from './sandbox-clock.svelte.ts';
import { Sessions } from './sessions.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';
import { Theme, type ThemeHost } from './theme.svelte.ts';
import { Ticker } from './ticker.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import type { Dial } from '../transport/line.ts';

export interface DeskHost {
  readonly dial: Dial;
  readonly fetch: (url: string) => Promise<Response>;
  readonly bar: AddressBar;
  readonly theme: ThemeHost;
  readonly now: () => number;
  /** What this window calls itself: no other one has the name. */
  readonly view: string;
  readonly drag: DragOutDependencies;
  /** Offers bytes as a file to keep. */
  readonly save: (name: string, pieces: readonly Uint8Array[], type: string) => void;
  /** The words of an HTML text. */
  readonly htmlText: (html: string) => string;
  /** The desktop app, which can do more than a page in a browser. */
  readonly isDesktop: boolean;
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
  readonly lab: Lab;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly clock: SandboxClock;

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
    const { htmlText } = host;
    const onSent = (id: number, refused: readonly string[] = []) => {
      for (const reason of refused) toasts.show(`Refused: ${reason}`, { tone: 'bad' });
      this.openJourney(id);
    };
    this.compose = new Compose({ api, live, toasts, fetch: host.fetch, htmlText, onSent });
    this.dragOut = new DragOut(host.drag);
    this.imports = new ImportMail(api);
    this.exports = new ExportMail({ api, fetch: host.fetch, save: host.save, now: host.now });
    this.resend = new Resend({ api, toasts, onSent });
    this.reading = new ReadingSettings(host.theme.storage);
    this.frame = new Frame(this.reading, host.view);
    this.links = new Links(live, host.view);
    this.isDesktop = host.isDesktop;
    this.queue = new Queue(api, live, toasts);
    this.config = new Config(api, live, toasts);
    this.inspector = new Inspector(api);
    this.log = new Log(api, live);
    this.clock = new SandboxClock({ api, live, ticker: this.ticker, toasts });
    this.sessions = new Sessions(api, live);
    this.lab = new Lab({ api, config: this.config, fetch: host.fetch, onSent });
  }

  openJourney(id: number): void {
    this.mail.reader.wantedTab = 'journey';
    this.navigation.go({ view: 'mail', shelf: { kind: 'all' }, id });
  }

  /** Returns what ends it. */
  start(): () => void {
    this.connection.start();
    const ends = [this.ticker.start(), this.live.sample()];
    return () => {
      this.connection.stop();
      for (const end of ends) end();
    };
  }
}
