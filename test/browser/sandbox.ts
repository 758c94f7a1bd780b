/** A running sandbox for each test, its page, and mail sent to it as software sends it. */
import { test as base, type Page } from '@playwright/test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import {
  createFolders,
  startSandbox,
  type SandboxFolders,
  type SandboxProcess,
} from '../support/sandbox-process.ts';

export interface Sandbox {
  readonly folders: SandboxFolders;
  readonly server: SandboxProcess;
  /** The address of the page. */
  readonly url: string;
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

export const test = base.extend<{ sandbox: Sandbox; errors: string[] }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads from this pattern what a fixture needs
  sandbox: async ({}, use) => {
    const folders = createFolders();
    const server = await startSandbox(folders);
    await use({
      folders,
      server,
      url: server.http,
      send: (...messages) => send(server.smtpPort, messages),
    });
    await server.stop();
    folders.remove();
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
