/** Launches the built desktop app in the Electron that this machine has, with folders of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { FIRST_SETTINGS, type DesktopSettings } from '../../core/api/contract/desktop.ts';
import { useFreePorts, type SandboxFolders } from '../support/sandbox-process.ts';
import { APP_VARIABLE, desktopRuntime } from './runtime.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

export interface DesktopApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Quits as a person does; resolves when the process is gone. */
  quit(): Promise<void>;
}

export interface Start {
  /** Further words of the command line. */
  readonly args?: readonly string[];
  /** As if chosen at an earlier start. */
  readonly settings?: Partial<DesktopSettings>;
  /** Where it takes mail, for when there is no window to ask; otherwise any free port. */
  readonly smtpPort?: number;
}

async function commandOf(folders: SandboxFolders, words: readonly string[]) {
  const { executable, sqliteBinding } = await desktopRuntime();
  const isRoot = process.getuid?.() === 0;
  const args = [
    ...(sqliteBinding === undefined ? [ROOT] : []),
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    `--config-dir=${folders.configDir}`,
    `--data-dir=${folders.dataDir}`,
    `--user-data=${path.join(folders.root, 'app')}`,
    '--http=127.0.0.1:0',
    ...words,
  ];
  const env = {
    ...process.env,
    HOME: folders.root,
    XDG_CONFIG_HOME: path.join(folders.root, 'xdg-config'),
    XDG_DATA_HOME: path.join(folders.root, 'xdg-data'),
    ...(sqliteBinding === undefined
      ? {}
      : {
          SANDPOST_SQLITE_BINDING: sqliteBinding,
          [APP_VARIABLE]: path.join(ROOT, 'dist/electron/main.js'),
        }),
  };
  return { executable, args, env };
}

/** Without a window yet, where it is started hidden. */
export async function launchHidden(
  folders: SandboxFolders,
  { args = [], settings, smtpPort }: Start = {},
): Promise<ElectronApplication> {
  await useFreePorts(folders);
  if (smtpPort !== undefined) {
    const master = path.join(folders.configDir, 'master.cf');
    writeFileSync(master, readFileSync(master, 'utf8').replace('127.0.0.1:0', `127.0.0.1:${smtpPort}`));
  }
  if (settings !== undefined) {
    const folder = path.join(folders.root, 'app');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ ...FIRST_SETTINGS, ...settings }));
  }
  const command = await commandOf(folders, args);
  return _electron.launch({ executablePath: command.executable, args: command.args, env: command.env });
}

export async function quit(app: ElectronApplication): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    app.on('close', () => {
      resolve();
    });
  });
  await app.evaluate(({ app: electron }) => {
    electron.quit();
  });
  await gone;
}

export async function launchApp(folders: SandboxFolders, start: Start = {}): Promise<DesktopApp> {
  const app = await launchHidden(folders, start);
  return { app, page: await app.firstWindow(), quit: () => quit(app) };
}

/** Where it takes mail: the port that the status bar names. */
export async function portOf(page: Page): Promise<number> {
  const text = await page.getByText(/SMTP 127\.0\.0\.1:\d+/).textContent();
  return Number(/:(\d+)/.exec(text ?? '')?.[1]);
}

/** A second start beside the first one; resolves with its exit status. */
export async function startAgain(folders: SandboxFolders, words: readonly string[]): Promise<number | null> {
  const { executable, args, env } = await commandOf(folders, words);
  const child = spawn(executable, args, { env, cwd: folders.root, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
}
