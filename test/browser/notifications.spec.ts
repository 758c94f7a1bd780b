/** Notifications of a page: the browser's own, watched as they are made. */
import type { Page } from '@playwright/test';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

declare global {
  interface Window {
    told: Notification[];
  }
}

/** Runs in the page, before anything else: notes each notification, and has the person look elsewhere. */
function watch(): void {
  window.told = [];
  window.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      window.told.push(this);
    }
  };
  document.hasFocus = () => false;
}

const told = (page: Page) => page.evaluate(() => window.told.map(({ title, body }) => `${title} | ${body}`));
const settings = (page: Page) => page.getByRole('dialog', { name: 'Settings' });

test('new mail is told of once that was switched on, but not of muted mailboxes, and a click opens it', async ({
  page,
  context,
  sandbox,
}) => {
  await context.grantPermissions(['notifications'], { origin: new URL(sandbox.url).origin });
  await page.addInitScript(watch);
  await sandbox.send(mail({ subject: 'Before' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Before')).toBeVisible();
  await sandbox.send(mail({ subject: 'Still off' }));
  await expect(rowOf(page, 'Still off')).toBeVisible();

  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(settings(page).getByRole('checkbox', { name: 'Go on when' })).toHaveCount(0);
  // The browser is asked first.
  const tell = settings(page).getByRole('checkbox', { name: /^Tell of new mail/ });
  await tell.click();
  await expect(tell).toBeChecked();
  await page.reload();
  await expect(rowOf(page, 'Still off')).toBeVisible();
  await expect
    .poll(async () => {
      await sandbox.send(mail({ subject: 'Told' }));
      return told(page);
    })
    .toContain('Told | Shop');
  expect((await told(page)).filter((text) => !text.startsWith('Told'))).toEqual([]);
  await page.evaluate(() => window.told[0]?.dispatchEvent(new Event('click')));
  await expect(reader(page).getByRole('heading', { name: 'Told' })).toBeVisible();

  await page.getByRole('button', { name: 'Settings' }).click();
  await settings(page).getByRole('checkbox', { name: 'root' }).uncheck();
  await page.keyboard.press('Escape');
  await sandbox.send(mail({ subject: 'Muted' }), mail({ subject: 'Aloud', to: 'x@example.com' }));
  await expect.poll(() => told(page)).toContain('Aloud | Shop');
  expect(await told(page)).not.toContain('Muted | Shop');
});

test('where the browser refuses, the settings say so', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  await page.getByRole('button', { name: 'Settings' }).click();
  const box = settings(page).getByRole('checkbox', { name: /^Tell of new mail/ });
  if (await box.isEnabled()) await box.click();
  await expect(settings(page).getByText('The browser was told not to show any')).toBeVisible();
  await expect(box).not.toBeChecked();
  await expect(settings(page).getByLabel('From')).toBeDisabled();
});
