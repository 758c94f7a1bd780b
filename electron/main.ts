/**
 * The desktop app's main process: this list says what is switched on. Nothing here knows about mail; the engine runs
 * in a worker thread (engine-host.ts), the window shows the same UI as the browser.
 */
import { app } from 'electron';
import { enableContextMenu } from './context-menu.ts';
import { enableDragOut } from './drag-out.ts';
import { createEngineHost } from './engine-host.ts';
import { launchOptions } from './launch-options.ts';
import type { MainModule } from './module.ts';
import { enableMenu } from './menu.ts';
import { registerAppScheme, serveAppScheme } from './app-scheme.ts';
import { enableQuit } from './quit.ts';
import { lockDown } from './lock-down.ts';
import { enablePorts } from './ports.ts';
import { claimSingleInstance } from './single-instance.ts';
import { createAppWindow } from './window.ts';

const MODULES: readonly MainModule[] = [
  serveAppScheme,
  enablePorts,
  enableDragOut,
  enableMenu,
  enableContextMenu,
  enableQuit,
];

const options = launchOptions(process.argv, process.env);
if (options.userData !== undefined) app.setPath('userData', options.userData);

/** Not awaited at the top level: Electron is ready only when this module has been evaluated. */
async function start(): Promise<void> {
  await app.whenReady();
  const engine = await createEngineHost(options);
  if (engine === undefined) {
    app.exit(1);
    return;
  }
  const window = createAppWindow(app, { isHidden: options.isHidden });
  const context = { app, engine, window };
  for (const enable of MODULES) enable(context);
  window.open();
}

if (claimSingleInstance(app)) {
  // As root, Chromium runs only with --no-sandbox; whoever passes that means it. Windows ask for the sandbox anyway.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  lockDown(app);
  void start();
}
