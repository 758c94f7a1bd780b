/**
 * Electron's security checklist, the parts that concern every web page in the app: pages stay where they are, no
 * new windows, no permissions, no webviews. Links in mail are opened by the user's browser only after a question.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */
import { dialog, session, shell, type App, type BrowserWindowConstructorOptions } from 'electron';
import { APP_ORIGIN } from './origin.ts';
import { guardRequests } from './remote-content.ts';

const OPENABLE = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The window has asked already, and shown the whole address. A mail's frame can open nothing by any name. */
const ASKED = 'asked';

const VIEWER: BrowserWindowConstructorOptions = {
  autoHideMenuBar: true,
  webPreferences: {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    javascript: false,
    preload: '',
  },
};

const isOpenable = (url: string) => URL.canParse(url) && OPENABLE.has(new URL(url).protocol);

async function openAsked(url: string): Promise<void> {
  if (isOpenable(url)) await shell.openExternal(url);
}

/** Asks before anything leaves the app; says the whole address, because what a link shows and where it leads differ. */
async function openOutside(url: string): Promise<void> {
  if (!isOpenable(url)) return;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    buttons: ['Open in browser', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    message: 'Open this link outside Sandpost?',
    detail: url,
  });
  if (response === 0) await shell.openExternal(url);
}

export function lockDown(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (new URL(event.url).origin === APP_ORIGIN || event.url.startsWith(`${APP_ORIGIN}/`)) return;
      event.preventDefault();
      void openOutside(event.url);
    });
    contents.on('will-frame-navigate', (event) => {
      if (event.isMainFrame || event.url.startsWith(`${APP_ORIGIN}/resource/`) || event.url === 'about:blank')
        return;
      event.preventDefault();
      void openOutside(event.url);
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url, frameName }) => {
      // A part of a message, to be looked at: bytes under a policy of their own, in a window that runs nothing.
      if (url.startsWith(`${APP_ORIGIN}/resource/`))
        return { action: 'allow', overrideBrowserWindowOptions: VIEWER };
      if (frameName === ASKED) void openAsked(url);
      else void openOutside(url);
      return { action: 'deny' };
    });
  });
  app.on('ready', () => {
    session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => {
      answer(permission === 'clipboard-sanitized-write');
    });
    session.defaultSession.setPermissionCheckHandler(
      (_contents, permission) => permission === 'clipboard-sanitized-write',
    );
    guardRequests(session.defaultSession);
  });
}
