/**
 * The windows: sandboxed, context-isolated, on the app's own scheme. One is brought to the front when something is to be
 * seen; more are opened when they are asked for.
 */
import path from 'node:path';
import {
  BrowserWindow,
  dialog,
  nativeTheme,
  type App,
  type Rectangle,
  type WebContents,
  type WebPreferences,
} from 'electron';
import { APP_ORIGIN } from './origin.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

export interface AppWindows {
  /** Brings the window used last to the front, or opens one; there to a place of the UI (`#/mail/all/7`). */
  open(hash?: string): void;
  openNew(hash?: string): void;
  owns(contents: WebContents): boolean;
  /** The one that is used now, or was last. */
  current(): BrowserWindow | undefined;
  /** A person is at one of them. */
  isWatched(): boolean;
}

const PREFERENCES: WebPreferences = {
  preload: path.join(import.meta.dirname, 'preload.cjs'),
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  spellcheck: false,
};

/** So far is a further window from the one it was opened from. */
const CASCADE = 28;

const beside = ({ x, y, width, height }: Rectangle): Rectangle => ({
  x: x + CASCADE,
  y: y + CASCADE,
  width,
  height,
});

const isLeaving = (window: BrowserWindow): boolean =>
  dialog.showMessageBoxSync(window, {
    type: 'question',
    message: 'Close without the changes of the configuration?',
    detail: 'A draft has not been applied. It is lost when the window closes.',
    buttons: ['Close', 'Stay'],
    defaultId: 1,
    cancelId: 1,
  }) === 0;

export function createAppWindows(app: App): AppWindows {
  /** The one used last is the last one. */
  let windows: readonly BrowserWindow[] = [];
  // A window may be gone, and even be told that it has the focus, before its `closed` is heard.
  const living = () => windows.filter((window) => !window.isDestroyed());
  const others = (window: BrowserWindow) => living().filter((other) => other !== window);
  const current = () => living().at(-1);

  function create(hash: string): BrowserWindow {
    const state = readWindowState(app);
    const from = current();
    const window = new BrowserWindow({
      ...(from === undefined ? state.bounds : beside(from.getNormalBounds())),
      minWidth: 480,
      minHeight: 400,
      show: false,
      title: 'Sandpost',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#161512' : '#f7f5f1',
      webPreferences: PREFERENCES,
    });
    windows = [...windows, window];
    if (state.isMaximized && from === undefined) window.maximize();
    keepWindowState(app, window);
    window.once('ready-to-show', () => {
      window.show();
    });
    window.on('focus', () => {
      windows = [...others(window), window];
    });
    // Electron asks nobody: a page that is not done would keep its window, and the app, open without a word.
    window.webContents.on('will-prevent-unload', (event) => {
      if (isLeaving(window)) event.preventDefault();
    });
    window.on('closed', () => {
      windows = others(window);
    });
    void window.loadURL(`${APP_ORIGIN}/${hash}`);
    return window;
  }

  function open(hash = ''): void {
    const window = current();
    if (window === undefined) {
      create(hash);
      return;
    }
    const url = `${APP_ORIGIN}/${hash}`;
    // Only what comes after # differs: the page stays and goes there itself.
    if (hash !== '' && window.webContents.getURL() !== url) void window.loadURL(url);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  app.on('activate', () => {
    open();
  });
  return {
    open,
    openNew: (hash = '') => {
      create(hash);
    },
    owns: (contents) => living().some((window) => window.webContents === contents),
    current,
    isWatched: () => living().some((window) => window.isFocused()),
  };
}
