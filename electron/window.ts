/** The window: sandboxed, context-isolated, on the app's own scheme; shown again when the app is started twice. */
import path from 'node:path';
import { BrowserWindow, nativeTheme, type App, type WebContents } from 'electron';
import { APP_ORIGIN } from './origin.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

export interface AppWindow {
  /** Opens the window, or brings it to the front. */
  open(): void;
  owns(contents: WebContents): boolean;
}

export function createAppWindow(app: App, options: { readonly isHidden: boolean }): AppWindow {
  let current: BrowserWindow | undefined;
  let isFirst = true;

  function create(): BrowserWindow {
    const state = readWindowState(app);
    const window = new BrowserWindow({
      ...state.bounds,
      minWidth: 480,
      minHeight: 400,
      show: false,
      title: 'Sandpost',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#161512' : '#f7f5f1',
      webPreferences: {
        preload: path.join(import.meta.dirname, 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false,
      },
    });
    if (state.isMaximized) window.maximize();
    keepWindowState(app, window);
    const stayHidden = isFirst && options.isHidden;
    isFirst = false;
    window.once('ready-to-show', () => {
      if (!stayHidden) window.show();
    });
    window.on('closed', () => {
      current = undefined;
    });
    void window.loadURL(`${APP_ORIGIN}/`);
    return window;
  }

  function open(): void {
    if (current === undefined) {
      current = create();
      return;
    }
    if (current.isMinimized()) current.restore();
    current.show();
    current.focus();
  }

  app.on('second-instance', open);
  app.on('activate', open);
  return { open, owns: (contents) => current?.webContents === contents };
}
