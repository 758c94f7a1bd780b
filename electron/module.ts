/** What every part of the main process is: something `main.ts` switches on once the app is ready. */
import type { App } from 'electron';
import type { EngineHost } from './engine-host.ts';
import type { AppWindow } from './window.ts';

export interface MainContext {
  readonly app: App;
  readonly engine: EngineHost;
  readonly window: AppWindow;
}

export type MainModule = (context: MainContext) => void;
