/** A message dragged out of the list: real files, handed to the system's own drag. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { createTransport } from 'nodemailer';
import { createFolders } from '../support/sandbox-process.ts';
import { launchApp } from './app.ts';

interface Dragged {
  dragged?: { files: string[]; hasIcon: boolean };
}

test('selected messages are dragged as .eml files, which go when the app does', async () => {
  const folders = createFolders();
  const desktop = await launchApp(folders);
  const { app, page } = desktop;
  const text = await page.getByText(/SMTP 127\.0\.0\.1:\d+/).textContent();
  const transport = createTransport({
    host: '127.0.0.1',
    port: Number(/:(\d+)/.exec(text ?? '')?.[1]),
    secure: false,
  });
  for (const subject of ['Dragged one', 'Dragged two'])
    await transport.sendMail({ from: 'shop@shop.test', to: 'root@localhost', subject, text: 'x' });
  // The system's drag cannot be seen from here: what it is given is kept instead.
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('there is no window');
    window.webContents.startDrag = ({ files, icon }) => {
      const hasIcon = typeof icon !== 'string' && !icon.isEmpty();
      (globalThis as Dragged).dragged = { files: files ?? [], hasIcon };
    };
  });
  const row = (subject: string) => page.getByRole('option', { name: new RegExp(subject) });
  await row('Dragged one').click();
  await row('Dragged two').click({ modifiers: ['ControlOrMeta'] });
  await row('Dragged two').hover();
  await page.mouse.down();
  await page.mouse.move(500, 400, { steps: 8 });
  const dragged = () => app.evaluate(() => (globalThis as Dragged).dragged);
  await expect.poll(async () => (await dragged())?.files.length).toBe(2);
  await page.mouse.up();
  const { files = [], hasIcon } = (await dragged()) ?? {};
  expect(hasIcon).toBe(true);
  expect(files.map((file) => /Subject: (.*)\r/.exec(readFileSync(file, 'latin1'))?.[1]).sort()).toEqual([
    'Dragged one',
    'Dragged two',
  ]);
  await desktop.quit();
  expect(files.filter((file) => existsSync(file))).toEqual([]);
  folders.remove();
});
