/** Quitting finishes what is under way: the engine ends first, then the app. */
import type { MainContext } from './module.ts';

export function enableQuit({ app, engine }: MainContext): void {
  let isStopping = false;
  app.on('window-all-closed', () => {
    app.quit();
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
