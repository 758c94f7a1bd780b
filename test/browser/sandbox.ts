/** A running sandbox for each test, its page, and mail sent to it as software sends it. */
import { test as base, type Page } from '@playwright/test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { APP_ORIGIN } from '../../electron/origin.ts';
import { launchApp, portOf } from '../desktop/app.ts';
import {
  createFolders,
  startSandbox,
  type SandboxFolders,
  type SandboxProcess,
} from '../support/sandbox-process.ts';

export interface Sandbox {
  readonly folders: SandboxFolders;
  /** The address of the page. */
  readonly url: string;
  readonly smtpPort: number;
  /** Its process, where it has one of its own. */
  readonly server: SandboxProcess;
  send(...messages: readonly SendMailOptions[]): Promise<void>;
}

export const mail = (change: SendMailOptions = {}): SendMailOptions => ({
  from: 'Shop <noreply@shop.test>',
  to: 'root@localhost',
  subject: 'Your receipt',
  text: 'Thanks for your order.',
  ...change,
});

async function send(port: number, messages: readonly SendMailOptions[]): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1 });
  for (const message of messages) await transport.sendMail(message);
  transport.close();
}

/** The sandbox of a test, and its window where that is Electron's. */
interface Served {
  readonly sandbox: Sandbox;
  readonly window: Page | undefined;
}

async function serve(use: (served: Served) => Promise<void>): Promise<void> {
  const folders = createFolders();
  const server = await startSandbox(folders);
  const { smtpPort, http } = server;
  const sandbox: Sandbox = {
    folders,
    server,
    url: http,
    smtpPort,
    send: (...messages) => send(smtpPort, messages),
  };
  await use({ sandbox, window: undefined });
  await server.stop();
  folders.remove();
}

async function serveDesktop(use: (served: Served) => Promise<void>): Promise<void> {
  const folders = createFolders();
  const desktop = await launchApp(folders);
  const smtpPort = await portOf(desktop.page);
  const sandbox: Sandbox = {
    folders,
    url: APP_ORIGIN,
    smtpPort,
    get server(): SandboxProcess {
      throw new Error('The desktop app is not a process that a test ends on its own.');
    },
    send: (...messages) => send(smtpPort, messages),
  };
  await use({ sandbox, window: desktop.page });
  // A draft that a test left would be asked about.
  await desktop.app.evaluate(({ dialog }) => {
    dialog.showMessageBoxSync = () => 0;
  });
  await desktop.quit();
  folders.remove();
}

export interface HostOptions {
  /** Where the window is: in Chromium, or in the desktop app. */
  host: 'browser' | 'desktop';
}

interface Fixtures extends HostOptions {
  served: Served;
  sandbox: Sandbox;
  errors: string[];
}

export const test = base.extend<Fixtures>({
  host: ['browser', { option: true }],
  served: async ({ host }, use) => {
    await (host === 'desktop' ? serveDesktop(use) : serve(use));
  },
  sandbox: async ({ served }, use) => {
    await use(served.sandbox);
  },
  page: async ({ served, page }, use) => {
    await use(served.window ?? page);
  },
  /** What the page complained about; a test that expects none says so. */
  errors: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await use(errors);
  },
});

export { expect } from '@playwright/test';

/** The row of a message in the list. */
export const rowOf = (page: Page, subject: string) => page.getByRole('option').filter({ hasText: subject });

export const reader = (page: Page) => page.getByRole('article');
