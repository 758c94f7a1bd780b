/** What only a desktop has: tray, notifications, links, files, several windows, menus, settings. A real Electron. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { createTransport } from 'nodemailer';
import { createFolders, type SandboxFolders } from '../support/sandbox-process.ts';
import { launchApp, launchHidden, quit, startAgain, type Start } from './app.ts';

let folders: SandboxFolders;
let app: ElectronApplication;
let smtpPort: number;
test.beforeEach(async () => {
  folders = createFolders();
  smtpPort = await freePort();
});
test.afterEach(async () => {
  await quit(app);
  folders.remove();
});

async function launch(start: Start = {}): Promise<Page> {
  const desktop = await launchApp(folders, { ...start, smtpPort });
  app = desktop.app;
  await expect(desktop.page.getByText(/SMTP 127\.0\.0\.1:\d+/)).toBeVisible();
  return desktop.page;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

async function send(subject: string, to = 'root@localhost'): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, secure: false });
  await transport.sendMail({ from: 'Shop <shop@shop.test>', to, subject, text: 'Hello.' });
}

const heading = (page: Page, name: string) => page.getByRole('article').getByRole('heading', { name });
const windowCount = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** Keeps what the app shows in the tray and tells by notifications, from now on. */
async function watchDesk(): Promise<void> {
  await app.evaluate(({ Tray, Notification, Menu }) => {
    const desk = {
      menu: undefined as Electron.Menu | undefined,
      tooltip: '',
      told: [] as Electron.Notification[],
    };
    Object.assign(globalThis, { desk, Menu });
    Tray.prototype.setContextMenu = (menu) => {
      desk.menu = menu ?? undefined;
    };
    Tray.prototype.setToolTip = (text) => {
      desk.tooltip = text;
    };
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      desk.told.push(this);
    };
  });
}
interface Desk {
  readonly desk: {
    readonly menu: Electron.Menu | undefined;
    readonly tooltip: string;
    readonly told: readonly Electron.Notification[];
  };
}
const trayLabels = () =>
  app.evaluate(() => (globalThis as unknown as Desk).desk.menu?.items.map(({ label }) => label) ?? []);
const clickTray = (label: string) =>
  app.evaluate((_electron, wanted) => {
    (globalThis as unknown as Desk).desk.menu?.items.find((item) => item.label === wanted)?.click();
  }, label);
const told = () =>
  app.evaluate(() =>
    (globalThis as unknown as Desk).desk.told.map(({ title, body }) => `${title} | ${body}`),
  );
const clickTold = (at: number) =>
  app.evaluate((_electron, index) => {
    (globalThis as unknown as Desk).desk.told[index]?.emit('click');
  }, at);
const clickMenu = (menu: string, label: string) =>
  app.evaluate(
    ({ Menu }, [menuName, wanted]) => {
      const top = Menu.getApplicationMenu()?.items.find((item) => item.label.replace('&', '') === menuName);
      const item = top?.submenu?.items.find((one) => one.label === wanted);
      if (item === undefined) throw new Error(`no ${menuName} > ${wanted}`);
      (item.click as unknown as () => void)();
    },
    [menu, label] as const,
  );

test('the tray counts what is unread and lists the newest mail, which a click opens', async () => {
  const page = await launch();
  await watchDesk();
  await send('Tea & cake');
  await send('Later one');
  await expect
    .poll(trayLabels)
    .toEqual(
      expect.arrayContaining(['2 unread', '• Later one — Shop', '• Tea && cake — Shop', 'Quit Sandpost']),
    );
  expect(await app.evaluate(() => (globalThis as unknown as Desk).desk.tooltip)).toBe('Sandpost: 2 unread');
  await clickTray('• Tea && cake — Shop');
  await expect(heading(page, 'Tea & cake')).toBeVisible();
  await expect.poll(trayLabels).toEqual(expect.arrayContaining(['1 unread', 'Tea && cake — Shop']));
  await clickTray('Settings…');
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
});

test('without a window mail is told of by its subject, and a click opens it in one', async () => {
  app = await launchHidden(folders, { args: ['--hidden'], smtpPort });
  await expect.poll(() => existsSync(path.join(folders.configDir, 'master.cf'))).toBe(true);
  await watchDesk();
  expect(await windowCount()).toBe(0);
  await expect
    .poll(() =>
      send('Before').then(
        () => 'sent',
        () => 'not yet',
      ),
    )
    .toBe('sent');
  await expect.poll(trayLabels).toContain('• Before — Shop');
  await send('Build failed');
  await expect.poll(told).toContain('Build failed | Shop');
  const opened = app.waitForEvent('window');
  await clickTold((await told()).indexOf('Build failed | Shop'));
  await expect(heading(await opened, 'Build failed')).toBeVisible();
});

test('muted mailboxes, quiet hours and the switch are obeyed; settings outlive the app', async () => {
  const page = await launch();
  await watchDesk();
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await send('First');
  await dialog.getByRole('checkbox', { name: 'root' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Go on when the last window is closed' }).check();
  await page.screenshot({ path: 'test-results/settings-desktop.png' });
  await page.keyboard.press('Escape');
  await page.close();
  await expect.poll(windowCount).toBe(0);
  await send('Not told');
  await send('Told', 'customer@example.com');
  await expect.poll(told).toContain('Told | Shop');
  expect(await told()).not.toContain('Not told | Shop');

  await quit(app);
  const { alerts, closesToTray } = JSON.parse(
    readFileSync(path.join(folders.root, 'app', 'settings.json'), 'utf8'),
  ) as Start['settings'] & object;
  expect([alerts?.muted, closesToTray]).toEqual([['root'], true]);
  const quiet = { isOn: true, muted: [], isQuietOn: true, quietFrom: 0, quietTo: 0 };
  const again = await launch({ settings: { alerts: quiet, closesToTray: true } });
  await watchDesk();
  await again.close();
  await send('Quiet');
  await expect.poll(trayLabels).toContain('• Quiet — Shop');
  expect(await told()).toEqual([]);
  await clickTray('Notifications');
  await startAgain(folders, []);
  await expect.poll(windowCount).toBe(1);
});

test('sandpost: links and .eml files of a second start are opened in the first', async () => {
  const page = await launch();
  await send('Linked to');
  const row = page.getByRole('option', { name: /Linked to/ });
  await expect(row).toBeVisible();
  expect(await startAgain(folders, ['sandpost://message/1'])).toBe(0);
  await expect(heading(page, 'Linked to')).toBeVisible();
  await startAgain(folders, ['sandpost://config/main.cf']);
  await expect(page.getByLabel('Text of main.cf')).toBeVisible();
  const queueId = await page.evaluate(async () => {
    const response = await fetch('/resource/message/1/delivered');
    return (
      /^\tid (\w+)|with E?SMTP id (\w+)/m
        .exec(await response.text())
        ?.slice(1)
        .find(Boolean) ?? ''
    );
  });
  expect(queueId).not.toBe('');
  await startAgain(folders, [`sandpost://message/${queueId}`]);
  await expect(heading(page, 'Linked to')).toBeVisible();

  writeFileSync(
    path.join(folders.root, 'kept.eml'),
    'From: a@b.test\r\nSubject: Kept file\r\n\r\nOld mail.\r\n',
  );
  await startAgain(folders, ['kept.eml']);
  await expect(heading(page, 'Kept file')).toBeVisible();
  expect(await windowCount()).toBe(1);
});

test('a file given at the start is what the first window shows', async () => {
  const file = path.join(folders.root, 'given.eml');
  writeFileSync(file, 'From: a@b.test\nSubject: Given\n\nHello.\n');
  const page = await launch({ args: [file] });
  await expect(heading(page, 'Given')).toBeVisible();
});

test('the menus open windows, views and dialogs', async () => {
  const page = await launch();
  const labels = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()?.items.map(({ label }) => label.replace('&', '')),
  );
  expect(labels).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
  await clickMenu('View', 'Queue');
  await expect(page.getByRole('heading', { name: 'Queue', exact: true })).toBeAttached();
  await clickMenu('View', 'Commands…');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await clickMenu('File', 'New Message');
  await expect(page.getByRole('form', { name: 'Compose: New message' })).toBeVisible();
  await page.keyboard.press('Escape');
  await clickMenu('File', 'Export…');
  await expect(page.getByRole('dialog', { name: 'Export mail' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await clickMenu('Help', 'Keys');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');

  const opened = app.waitForEvent('window');
  await clickMenu('File', 'New Window');
  const second = await opened;
  await expect(second.getByText(/SMTP 127\.0\.0\.1:\d+/)).toBeVisible();
  await send('In both');
  await expect(second.getByRole('option', { name: /In both/ })).toBeVisible();
  await clickMenu('File', 'Settings…');
  const dialog = second.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('checkbox', { name: 'Go on when the last window is closed' }).check();
  await expect(dialog.getByRole('checkbox', { name: 'Go on when the last window is closed' })).toBeChecked();
  await second.close();
  await clickMenu('File', 'Settings…');
  await expect(page.getByRole('checkbox', { name: 'Go on when the last window is closed' })).toBeChecked();
});

test('files to import are asked for in a window in which nothing was done yet', async () => {
  await launch();
  const opened = app.waitForEvent('window');
  await clickMenu('File', 'New Window');
  const page = await opened;
  const chosen = page.waitForEvent('filechooser');
  await clickMenu('File', 'Import…');
  await (
    await chosen
  ).setFiles({
    name: 'kept.mbox',
    mimeType: 'application/mbox',
    buffer: Buffer.from('From a@b.test Mon Nov  2 21:05:11 2026\nSubject: From a file\n\nHello.\n'),
  });
  await expect(page.getByRole('dialog', { name: 'Import mail' })).toBeVisible();
});

test('start at login and links are said to the system, and taken back', async () => {
  test.skip(process.platform !== 'linux', 'elsewhere the system keeps them itself');
  const page = await launch();
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const login = path.join(folders.root, 'xdg-config/autostart/sandpost.desktop');
  const links = path.join(folders.root, 'xdg-data/applications/sandpost-links.desktop');
  const text = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  await dialog.getByRole('checkbox', { name: 'Start at login' }).check();
  await expect.poll(() => text(login)).toMatch(/^Exec=.*"--hidden"$/m);
  await dialog.getByRole('checkbox', { name: 'At login, start without a window' }).uncheck();
  await expect.poll(() => text(login)).not.toContain('--hidden');
  await dialog.getByRole('checkbox', { name: /^Open sandpost: links/ }).check();
  await expect.poll(() => text(links)).toContain('MimeType=x-scheme-handler/sandpost;message/rfc822;');
  await dialog.getByRole('checkbox', { name: 'Start at login' }).uncheck();
  await dialog.getByRole('checkbox', { name: /^Open sandpost: links/ }).uncheck();
  await expect.poll(() => existsSync(login) || existsSync(links)).toBe(false);
});
