/** Launches the built desktop app in the Electron that this machine has, with folders of its own. */
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { useFreePorts, type SandboxFolders } from '../support/sandbox-process.ts';
import { APP_VARIABLE, desktopRuntime } from './runtime.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

export interface DesktopApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Quits as a person does; resolves when the process is gone. */
  quit(): Promise<void>;
}

export async function launchApp(folders: SandboxFolders): Promise<DesktopApp> {
  const { executable, sqliteBinding } = await desktopRuntime();
  await useFreePorts(folders);
  const isRoot = process.getuid?.() === 0;
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...(sqliteBinding === undefined ? [ROOT] : []),
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      `--config-dir=${folders.configDir}`,
      `--data-dir=${folders.dataDir}`,
      `--user-data=${path.join(folders.root, 'app')}`,
      '--http=127.0.0.1:0',
    ],
    env: {
      ...process.env,
      HOME: folders.root,
      ...(sqliteBinding === undefined
        ? {}
        : {
            SANDPOST_SQLITE_BINDING: sqliteBinding,
            [APP_VARIABLE]: path.join(ROOT, 'dist/electron/main.js'),
          }),
    },
  });
  const page = await app.firstWindow();
  return {
    app,
    page,
    async quit() {
      const gone = new Promise<void>((resolve) => {
        app.on('close', () => {
          resolve();
        });
      });
      await app.evaluate(({ app: electron }) => {
        electron.quit();
      });
      await gone;
    },
  };
}
