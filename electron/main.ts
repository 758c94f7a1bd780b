/**
 * The desktop app's main process: this list says what is switched on. The engine runs in a worker thread
 * (engine-host.ts), the windows show the same UI as the browser; what is here is what only a desktop has.
 */
import { MessageChannel } from 'node:worker_threads';
import { app } from 'electron';
import { createPortClient } from '../core/api/port-client.ts';
import { registerAppScheme, serveAppScheme } from './app-scheme.ts';
import { enableBadge } from './badge.ts';
import { enableContextMenu } from './context-menu.ts';
import { enableDragOut } from './drag-out.ts';
import { createEngineHost, type EngineHost } from './engine-host.ts';
import { launchOptions } from './launch-options.ts';
import { lockDown } from './lock-down.ts';
import { watchMail } from './mail-watch.ts';
import { enableMenu } from './menu.ts';
import type { MainContext, MainModule } from './module.ts';
import { enableNotifications } from './notifications.ts';
import { gatherRequests, openRequested, type Opening } from './opening.ts';
import { enablePorts } from './ports.ts';
import { enableQuit } from './quit.ts';
import { createSettings } from './settings.ts';
import { claimSingleInstance } from './single-instance.ts';
import { enableSystemEntries } from './system-entries.ts';
import { enableTray } from './tray.ts';
import { createWindowCommands } from './window-commands.ts';
import { createAppWindows } from './windows.ts';

const MODULES: readonly MainModule[] = [
  serveAppScheme,
  enablePorts,
  enableDragOut,
  enableMenu,
  enableContextMenu,
  enableTray,
  enableNotifications,
  enableBadge,
  enableSystemEntries,
  enableQuit,
];

const options = launchOptions(process.argv, process.env);
if (options.userData !== undefined) app.setPath('userData', options.userData);

/** An AppImage is mounted somewhere else at each start; what is not packaged is started with its folder. */
function ownCommand(): readonly string[] {
  const program = process.env['APPIMAGE'] ?? process.execPath;
  return app.isPackaged ? [program] : [program, app.getAppPath()];
}

function createContext(engine: EngineHost): MainContext {
  const { port1, port2 } = new MessageChannel();
  engine.connect(port2);
  // The engine's thread ends when nobody can call it any more.
  app.once('will-quit', () => {
    port1.close();
  });
  const client = createPortClient(port1);
  const windows = createAppWindows(app);
  const settings = createSettings(app);
  const commands = createWindowCommands(windows, settings);
  return { app, engine, client, windows, settings, commands, mail: watchMail(client), command: ownCommand() };
}

/** A Mac gives what it starts at login no arguments. */
function isHiddenStart({ settings }: MainContext): boolean {
  if (options.isHidden) return true;
  const wasLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
  return wasLogin && settings.current.startsHidden;
}

/** Not awaited at the top level: Electron is ready only when this module has been evaluated. */
async function start(opening: Opening): Promise<void> {
  await app.whenReady();
  const engine = await createEngineHost(options);
  if (engine === undefined) {
    app.exit(1);
    return;
  }
  const context = createContext(engine);
  for (const enable of MODULES) enable(context);
  const wasAsked = opening.serve((request) => void openRequested(context, request));
  if (!wasAsked && !isHiddenStart(context)) context.windows.open();
}

const thisStart = { args: process.argv.slice(1), cwd: process.cwd() };
if (claimSingleInstance(app, thisStart)) {
  // As root, Chromium runs only with --no-sandbox; whoever passes that means it. Windows ask for the sandbox anyway.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  lockDown(app);
  void start(gatherRequests(app, thisStart));
}
