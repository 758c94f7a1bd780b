import {
  alertSettings,
  FIRST_SETTINGS,
  type DesktopSettings,
  type FromDesktop,
  type ToDesktop,
  type WindowCommand,
} from '../../core/api/contract/desktop.ts';

export interface PreferencesHost {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Asks the desktop app for a port; absent in a browser. */
  readonly desktop: (() => Promise<MessagePort>) | undefined;
}

const KEY = 'sandpost.alerts';

/**
 * What a person chose for living with Sandpost all day. The desktop app keeps it, and tells every window; in a browser only
 * the notifications are there to choose, kept with the page.
 */
export class Preferences {
  settings = $state.raw<DesktopSettings>(FIRST_SETTINGS);
  readonly isDesktop: boolean;
  readonly #host: PreferencesHost;
  readonly #listeners = new Set<(command: WindowCommand) => void>();
  #port: MessagePort | undefined;

  constructor(host: PreferencesHost) {
    this.#host = host;
    this.isDesktop = host.desktop !== undefined;
    if (host.desktop === undefined) this.settings = { ...FIRST_SETTINGS, alerts: this.#stored() };
  }

  /** Desktop only: listens to the app. */
  async start(): Promise<void> {
    if (this.#host.desktop === undefined) return;
    this.#port = await this.#host.desktop();
    this.#port.onmessage = ({ data }: MessageEvent<FromDesktop>) => {
      if (data.kind === 'settings') this.settings = data.settings;
      else for (const listener of this.#listeners) listener(data.command);
    };
  }

  /** What a menu of the app wants the window to do. */
  onCommand(listener: (command: WindowCommand) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(change: Partial<DesktopSettings>): void {
    this.settings = { ...this.settings, ...change };
    const message: ToDesktop = { kind: 'change', change };
    if (this.isDesktop) this.#port?.postMessage(message);
    else this.#host.storage.setItem(KEY, JSON.stringify(this.settings.alerts));
  }

  changeAlerts(change: Partial<DesktopSettings['alerts']>): void {
    this.change({ alerts: { ...this.settings.alerts, ...change } });
  }

  /** A browser asks before it shows any, so they are off at first. */
  #stored(): DesktopSettings['alerts'] {
    const off = { ...FIRST_SETTINGS.alerts, isOn: false };
    try {
      return alertSettings.parse(JSON.parse(this.#host.storage.getItem(KEY) ?? '{}'));
    } catch {
      // None yet, or damaged.
      return off;
    }
  }
}
