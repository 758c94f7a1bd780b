/** What every part of the main process is: something `main.ts` switches on once the app is ready. */
import type { App } from 'electron';
import type { SandpostClient } from '../core/api/client.ts';
import type { EngineHost } from './engine-host.ts';
import type { MailWatch } from './mail-watch.ts';
import type { Settings } from './settings.ts';
import type { WindowCommands } from './window-commands.ts';
import type { AppWindows } from './windows.ts';

export interface MainContext {
  readonly app: App;
  readonly engine: EngineHost;
  /** The calls, over a port of the main process's own. */
  readonly client: SandpostClient;
  readonly windows: AppWindows;
  readonly settings: Settings;
  readonly commands: WindowCommands;
  readonly mail: MailWatch;
  /** How the app is started once more: the executable and its arguments. */
  readonly command: readonly string[];
}

export type MainModule = (context: MainContext) => void;
