/** One app for one person: a second start hands over what it is to open (see opening.ts) and ends. */
import type { App } from 'electron';
import type { SecondStart } from './opening.ts';

export function claimSingleInstance(app: App, start: SecondStart): boolean {
  if (app.requestSingleInstanceLock({ ...start })) return true;
  app.quit();
  return false;
}
