/**
 * Quitting finishes what is under way: the engine ends first, then the app. Closing the last window quits, unless the
 * person chose that the sandbox goes on in the tray.
 */
import type { MainContext } from './module.ts';

export function enableQuit({ app, engine, settings }: MainContext): void {
  let isStopping = false;
  app.on('window-all-closed', () => {
    if (!settings.current.closesToTray) app.quit();
  });
  app.on('will-quit', (event) => {
    if (isStopping) return;
    isStopping = true;
    event.preventDefault();
    void engine.stop().finally(() => {
      app.exit(0);
    });
  });
  engine.onEnd(() => {
    if (!isStopping) app.quit();
  });
}
