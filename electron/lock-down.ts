/**
 * Electron's security checklist, the parts that concern every web page in the app: pages stay where they are, no
 * new windows, no permissions, no webviews. Links in mail are opened by the user's browser only after a question.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */
import { dialog, session, shell, type App } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';

const OPENABLE = new Set(['http:', 'https:', 'mailto:']);

/** Asks before anything leaves the app; says the whole address, because what a link shows and where it leads differ. */
async function openOutside(url: string): Promise<void> {
  if (!URL.canParse(url) || !OPENABLE.has(new URL(url).protocol)) return;
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
    contents.setWindowOpenHandler(({ url }) => {
      void openOutside(url);
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
    // Whatever a page tries to load must come from the app itself: mail never fetches anything.
    session.defaultSession.webRequest.onBeforeRequest((details, decide) => {
      const isOurs = /^(sandpost|devtools|blob|data|about):/.test(details.url);
      decide({ cancel: !isOurs });
    });
  });
}
