import { alertsFor, type Alert } from '../../core/mail/alerts.ts';
import { seenAll, sift, WAIT_MS, type Seen } from '../../core/mail/arrivals.ts';
import type { Api } from './connection.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/** What of the browser this needs. */
export interface Notifier {
  /** undefined: this browser has no notifications, or not on this page. */
  permission(): NotificationPermission | undefined;
  ask(): Promise<NotificationPermission>;
  show(alert: Alert, onclick: () => void): void;
  /** The page is being looked at. */
  isWatched(): boolean;
}

export interface WebAlertsDependencies {
  readonly api: Pick<Api, 'mail'>;
  readonly live: Pick<Live, 'on'>;
  readonly preferences: Preferences;
  readonly notifier: Notifier;
  readonly now: () => number;
  readonly open: (messageId: number | undefined) => void;
}

const LOOK_AFTER_MS = 300;
const LOOKED_AT = 50;

/** Notifications of a page in a browser; the desktop app has its own, which need no window. */
export class WebAlerts {
  permission = $state<NotificationPermission | undefined>();
  readonly #deps: WebAlertsDependencies;
  #seen: Seen | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAgain = false;

  constructor(deps: WebAlertsDependencies) {
    this.#deps = deps;
    this.permission = deps.notifier.permission();
    if (deps.preferences.isDesktop || this.permission === undefined) return;
    deps.live.on(({ kind }) => {
      if (kind === 'mail' || kind === 'resync') this.#later(LOOK_AFTER_MS);
    });
  }

  /** Switching them on is when the browser asks. */
  async switchOn(): Promise<void> {
    this.permission = await this.#deps.notifier.ask();
    this.#deps.preferences.changeAlerts({ isOn: this.permission === 'granted' });
  }

  #later(ms: number): void {
    if (this.#timer !== undefined) {
      this.#isAgain = true;
      return;
    }
    this.#timer = setTimeout(() => {
      // Offline is said by the status bar; the next event looks again.
      void this.#look()
        .catch(() => undefined)
        .finally(() => {
          this.#timer = undefined;
          if (this.#isAgain) this.#later(LOOK_AFTER_MS);
          this.#isAgain = false;
        });
    }, ms);
  }

  async #look(): Promise<void> {
    const { api, preferences, notifier, now, open } = this.#deps;
    const { alerts } = preferences.settings;
    if (!alerts.isOn || notifier.permission() !== 'granted') {
      this.#seen = undefined;
      return;
    }
    const { messages } = await api.mail.list({ limit: LOOKED_AT });
    if (this.#seen === undefined) {
      this.#seen = seenAll(messages);
      return;
    }
    const { seen, came } = sift(this.#seen, messages, now());
    this.#seen = seen;
    if (seen.waiting.size > 0) this.#later(WAIT_MS);
    const at = new Date(now());
    const minute = at.getHours() * 60 + at.getMinutes();
    for (const alert of alertsFor(came, alerts, { minute, isWatched: notifier.isWatched() }))
      notifier.show(alert, () => {
        open(alert.messageId);
      });
  }
}
