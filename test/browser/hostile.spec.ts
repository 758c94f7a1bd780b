/** No mail runs anything, fetches anything, or holds up the window. */
import type { Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { hostileMail, largeAttachment, largeHtml, manyParts } from './hostile-mail.ts';
import { openLoopbackServer } from './loopback-server.ts';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const TABS = ['Text', 'Headers', 'Parts', 'Source', 'Journey', 'Checks', 'HTML'];
const envelope = { from: 'a@b.test', to: ['root@localhost'] };

/** Notes every message to the window, and every task of its thread that took long. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { ran: 0, longest: 0 };
    Object.assign(globalThis, { seen });
    window.addEventListener('message', () => {
      seen.ran += 1;
    });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
}
interface Seen {
  ran: number;
  longest: number;
}
const seen = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
const forgetTasks = (page: Page) =>
  page.evaluate(() => {
    (globalThis as unknown as { seen: Seen }).seen.longest = 0;
  });

test('nothing in hostile mail runs, and nothing is fetched', async ({ page, sandbox, errors }) => {
  test.setTimeout(180_000);
  const server = await openLoopbackServer();
  const popups: string[] = [];
  page.on('popup', (popup) => popups.push(popup.url()));
  page.on('dialog', (dialog) => popups.push(dialog.message()));
  await watch(page);
  const all = hostileMail(server.base);
  for (const { raw } of all) await sandbox.send({ envelope, raw });
  await page.goto(sandbox.url);
  // A link that is hit is asked about, and goes nowhere by itself.
  const question = page.getByRole('alertdialog');
  await page.addLocatorHandler(question, async () => {
    await expect(question).toContainText(`${server.base}/followed`);
    await question.getByRole('button', { name: 'Stay here' }).click();
  });
  for (const { name } of all) {
    await rowOf(page, name).click();
    const frame = page.frameLocator(`iframe[title="Message: ${name}"]`);
    await expect(frame.getByText('Readable all the same'), name).toBeVisible();
    for (const tab of TABS)
      await page.getByRole('tab', { name: tab, exact: tab !== 'Checks' && tab !== 'Parts' }).click();
    await expect(frame.getByText('Readable all the same')).toBeVisible();
    // What a person may do by accident: click and type all over it.
    await frame.locator('body').click({ position: { x: 8, y: 8 }, force: true });
    // Tab may leave the mail for the window's own links, which Enter would follow.
    for (const key of ['Tab', 'Enter', 'Space', 'a'])
      if (await page.evaluate(() => document.activeElement instanceof HTMLIFrameElement))
        await page.keyboard.press(key);
    await page.keyboard.press('Escape');
  }
  expect((await seen(page)).ran).toBe(0);
  expect(server.hits.map(({ path }) => path)).toEqual([]);
  expect(popups).toEqual([]);
  expect(await page.title()).toBe('Sandpost');
  expect(errors).toEqual([]);
  server.close();
});

test('opened by its own address, as printed or as a part, hostile mail does as little', async ({
  page,
  sandbox,
}) => {
  const server = await openLoopbackServer();
  await watch(page);
  const all = hostileMail(server.base);
  for (const { raw } of all) await sandbox.send({ envelope, raw });
  await page.goto(sandbox.url);
  await expect(page.getByRole('option')).toHaveCount(all.length);
  for (let id = 1; id <= all.length; id++) {
    for (const path of ['html', 'html?scheme=dark', 'print', 'part/1']) {
      await page.goto(`${sandbox.url}/resource/message/${id}/${path}`);
      expect(await page.evaluate(() => document.title)).not.toBe('ran');
    }
  }
  expect(server.hits.map(({ path }) => path).filter((path) => path !== '/favicon.ico')).toEqual([]);
  server.close();
});

test('the frame may do nothing', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Frame', html: '<p>x</p>' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Frame').click();
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', '');
});

test.describe('does not hold up the window', () => {
  // Other processes share this machine: what is counted is our own work, and the limit is one that a person notices.
  const NOTICED_MS = 1000;

  test('10,000 parts', async ({ page, sandbox }) => {
    await watch(page);
    await sandbox.send({ envelope, raw: manyParts(10_000) }, mail({ subject: 'Other' }));
    await page.goto(sandbox.url);
    await rowOf(page, 'Other').click();
    await expect(reader(page).getByRole('heading', { name: 'Other' })).toBeVisible();
    await forgetTasks(page);
    await rowOf(page, 'many parts').click();
    await expect(reader(page).getByRole('heading', { name: 'many parts' })).toBeVisible();
    await page.getByRole('tab', { name: 'Parts' }).click();
    await page.getByRole('tree').focus();
    await page.keyboard.press('End');
    await expect(page.getByRole('treeitem', { selected: true })).toContainText('gpj.9999.exe');
    expect((await seen(page)).longest).toBeLessThan(NOTICED_MS);
  });

  test('5 MB of HTML', async ({ page, sandbox }) => {
    await watch(page);
    await sandbox.send({ envelope, raw: largeHtml(5_000_000) }, mail({ subject: 'Other' }));
    await page.goto(sandbox.url);
    await rowOf(page, 'Other').click();
    await expect(reader(page).getByRole('heading', { name: 'Other' })).toBeVisible();
    await forgetTasks(page);
    await rowOf(page, 'large HTML').click();
    await expect(page.frameLocator('iframe').getByText('Readable all the same')).toBeVisible({
      timeout: 40_000,
    });
    for (const tab of ['Text', 'Source']) await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByLabel('Source of the message')).toContainText('Subject: large HTML');
    expect((await seen(page)).longest).toBeLessThan(NOTICED_MS);
  });

  test('an attachment of 100 MB', async ({ page, sandbox }) => {
    test.setTimeout(240_000);
    await watch(page);
    const raw = largeAttachment(100_000_000);
    await sandbox.send(mail({ subject: 'Other' }));
    const limits = ['message_size_limit=200000000', 'mailbox_size_limit=0'];
    expect((await runSandpost(sandbox.folders, ['postconf', '-e', ...limits])).exit).toBe(0);
    expect((await runSandpost(sandbox.folders, ['reload'])).exit).toBe(0);
    await sandbox.send({ envelope, raw });
    await page.goto(sandbox.url);
    await rowOf(page, 'Other').click();
    await forgetTasks(page);
    await rowOf(page, 'large attachment').click();
    await expect(reader(page)).toContainText('The file is attached.', { timeout: 40_000 });
    await page.getByRole('tab', { name: 'Source' }).click();
    await expect(page.getByLabel('Source of the message')).toContainText('Subject: large attachment', {
      timeout: 40_000,
    });
    await expect(reader(page)).toContainText('the first 2 MB');
    expect((await seen(page)).longest).toBeLessThan(NOTICED_MS);
  });
});
