/** One app for one person: a second start shows the first one's window (see window.ts) and ends. */
import type { App } from 'electron';

export function claimSingleInstance(app: App): boolean {
  if (app.requestSingleInstanceLock()) return true;
  app.quit();
  return false;
}
