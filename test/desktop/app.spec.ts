/** The app as a person has it: a real Electron, the engine in its worker thread, mail over SMTP. */
import { connect } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { createTransport } from 'nodemailer';
import { openLoopbackServer } from '../browser/loopback-server.ts';
import { createFolders, type SandboxFolders } from '../support/sandbox-process.ts';
import { launchApp, portOf, type DesktopApp } from './app.ts';

const HTML = '<h1>Thanks, Robin.</h1><p>Your order has shipped.</p>';
const TALL = `<div style="height:3000px;background:#fff"><a href="https://shop.test/track">Track</a></div>`;

let folders: SandboxFolders;
let desktop: DesktopApp;

test.beforeEach(async () => {
  folders = createFolders();
  desktop = await launchApp(folders);
});
test.afterEach(async () => {
  await desktop.quit();
  folders.remove();
});

async function send(page: Page, subject: string, html = HTML): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: await portOf(page), secure: false });
  await transport.sendMail({
    from: 'shop@shop.test',
    to: 'root@localhost, customer@example.com',
    subject,
    html,
  });
}

const rowOf = (page: Page, subject: string) => page.getByRole('option', { name: new RegExp(subject) });

test('mail sent by SMTP is seen, read, explained, and there again after quit and start', async () => {
  const { page } = desktop;
  await send(page, 'Your receipt');
  await rowOf(page, 'Your receipt').click();
  await expect(page.getByRole('heading', { name: 'Your receipt' })).toBeVisible();
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Thanks, Robin.' })).toBeVisible();
  const journey = page.getByRole('complementary', { name: 'Journey' });
  await expect(journey).toContainText('smtpd');
  await expect(journey).toContainText('delivered to the mailbox of');
  await expect(journey).toContainText('outside mail is not deliverable');

  await desktop.quit();
  desktop = await launchApp(folders);
  await expect(rowOf(desktop.page, 'Your receipt')).toBeVisible();
});

test('the page can reach neither Node nor Electron, and goes nowhere else', async () => {
  const { page, app } = desktop;
  await expect(page.getByText(/SMTP 127\.0\.0\.1:\d+/)).toBeVisible();
  const reachable = await page.evaluate(() =>
    ['require', 'process', 'module', 'ipcRenderer', 'Buffer'].filter((name) => name in globalThis),
  );
  expect(reachable).toEqual([]);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  const outcome = await page.evaluate(() =>
    fetch('http://127.0.0.1:1/').then(
      () => 'loaded',
      () => 'refused',
    ),
  );
  expect(outcome).toBe('refused');
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
});

test('quitting closes the listener', async () => {
  const port = await portOf(desktop.page);
  await desktop.quit();
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
  });
  expect(answer).toBe('ECONNREFUSED');
  desktop = await launchApp(folders);
});

test('the window comes back where it was', async () => {
  await desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 50, width: 900, height: 640 });
  });
  await desktop.quit();
  desktop = await launchApp(folders);
  const bounds = await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  expect(bounds).toMatchObject({ width: 900, height: 640 });
});

test('a window with a draft is closed only after a question', async () => {
  const { page, app } = desktop;
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBoxSync = (...args: unknown[]) => {
      process.env['ASKED'] = JSON.stringify(args.at(-1));
      return Number(process.env['ANSWER'] ?? 1);
    };
  });
  await page.getByRole('link', { name: 'Config' }).click();
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.type('# ');
  await expect(page.getByText('1 unsaved draft')).toBeVisible();
  const close = () =>
    app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    });
  await close();
  await expect.poll(() => app.evaluate(() => process.env['ASKED'] ?? '')).toContain('has not been applied');
  await expect(page.getByText('1 unsaved draft')).toBeVisible();
  await app.evaluate(() => {
    process.env['ANSWER'] = '0';
  });
  const gone = app.waitForEvent('close');
  await close();
  await gone;
  desktop = await launchApp(folders);
});

test('a link is asked about once, in the window, and then opened by the system', async () => {
  const { page, app } = desktop;
  await app.evaluate(({ shell }) => {
    shell.openExternal = (url) => {
      process.env['OPENED'] = `${process.env['OPENED'] ?? ''}${url} `;
      return Promise.resolve();
    };
  });
  const opened = () => app.evaluate(() => process.env['OPENED'] ?? '');
  await send(page, 'A link', TALL);
  await rowOf(page, 'A link').click();
  await page.frameLocator('iframe').getByRole('link', { name: 'Track' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('https://shop.test/track');
  expect(await opened()).toBe('');
  await question.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.poll(opened).toBe('https://shop.test/track ');
});

test('a picture of a message has all of it, as wide as it is shown', async () => {
  const { page } = desktop;
  await send(page, 'Tall', TALL);
  await rowOf(page, 'Tall').click();
  await expect(page.frameLocator('iframe').getByText('Track')).toBeVisible();
  await page.getByRole('button', { name: 'Phone, 375 pixels' }).click();
  const href = await page.getByRole('link', { name: 'Save a picture' }).getAttribute('href');
  const [type, width, height] = await page.evaluate(async (url) => {
    const response = await fetch(url ?? '');
    const view = new DataView(await response.arrayBuffer());
    return [response.headers.get('content-type'), view.getUint32(16), view.getUint32(20)] as const;
  }, href);
  expect(type).toBe('image/png');
  expect(width).toBe(375);
  expect(height).toBeGreaterThanOrEqual(3000);
});

test('remote content is loaded only when asked for, without cookies', async () => {
  const { page } = desktop;
  const server = await openLoopbackServer();
  await send(page, 'Far', `<p>Hello</p><img id="far" src="${server.base}/far.png">`);
  await rowOf(page, 'Far').click();
  await expect(page.frameLocator('iframe').getByText('Hello')).toBeVisible();
  await expect(page.getByText('1 remote blocked')).toBeVisible();
  expect(server.hits).toEqual([]);
  for (let time = 0; time < 2; time++) {
    await page.getByRole('button', { name: 'Load for this message' }).click();
    await expect.poll(() => server.hits.length).toBe(time + 1);
    await page.reload();
    await rowOf(page, 'Far').click();
    await expect(page.frameLocator('iframe').getByText('Hello')).toBeVisible();
    await expect(page.getByText('1 remote blocked')).toBeVisible();
  }
  for (const { headers } of server.hits) {
    expect([headers.cookie, headers.referer, headers.origin]).toEqual([undefined, undefined, undefined]);
  }
  server.close();
});
