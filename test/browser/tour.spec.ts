/** The first-run tour: three steps, by keyboard, with what is copied really run. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const run = promisify(execFile);
const step = (page: Page) => page.getByRole('list', { name: 'Tour' }).locator('[aria-current=step]');
const NAMES = [
  'Terminal',
  'nodemailer',
  'Python',
  'PHP',
  'Laravel',
  'Rails',
  'Django',
  'Spring',
  'Go',
  '.env',
];

test('leads in three steps to the first message, which what was copied sends', async ({
  page,
  context,
  sandbox,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(sandbox.url);
  await expect(step(page)).toHaveText(/Mail stays here/);
  await page.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Step 2 of 3: Send one' })).toBeFocused();
  await page.keyboard.press('Tab');
  for (const name of NAMES) {
    await expect(page.getByRole('tab', { name, exact: true })).toBeFocused();
    await expect(page.getByRole('tabpanel').getByRole('button', { name: /^Copy/ }).first()).toBeVisible();
    await page.keyboard.press('ArrowRight');
  }
  await page.getByRole('button', { name: 'I have sent it' }).click();
  await expect(page.getByText(`Waiting for mail at 127.0.0.1:${sandbox.smtpPort}`)).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();

  await page.getByRole('button', { name: 'Copy: curl' }).click();
  await run('sh', ['-c', await page.evaluate(() => navigator.clipboard.readText())]);
  await expect(step(page)).toHaveText(/See it arrive/);
  await expect(page.getByRole('status').filter({ hasText: 'Hello from curl' })).toBeVisible();
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Hello from curl' })).toBeVisible();
  await page.reload();
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Hello from curl')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Tour' })).toHaveCount(0);
});

test('is skipped for good, and shown again when it is asked for', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'nodemailer' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Tour' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show the tour' }).click();
  await expect(step(page)).toHaveText(/Mail stays here/);
  await page.getByRole('button', { name: 'Skip the tour' }).click();

  await sandbox.send(mail({ subject: 'Some mail' }));
  await expect(page.getByRole('heading', { name: 'No message chosen' })).toBeVisible();
  await rowOf(page, 'Some mail').click();
  await page.keyboard.press('>');
  await page.keyboard.type('tour');
  await page.keyboard.press('Enter');
  await expect(step(page)).toHaveText(/Mail stays here/);
  await sandbox.send(mail({ subject: 'Some more' }));
  await expect(page.getByRole('status').filter({ hasText: 'Some more' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'No message chosen' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 480]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 850 } });
      test('each step is clean and fits', async ({ page, sandbox }) => {
        await page.goto(sandbox.url);
        for (const [at, button] of [undefined, 'Next', 'I have sent it'].entries()) {
          if (button !== undefined) await page.getByRole('button', { name: button }).click();
          await expect(page.getByRole('heading', { name: `Step ${at + 1} of 3` })).toBeAttached();
          if (at === 1)
            await expect(page.getByRole('button', { name: 'Copy: curl' })).toBeInViewport({ ratio: 1 });
          await page.screenshot({ path: `test-results/tour-${at + 1}-${colorScheme}-${width}.png` });
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(
            violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`),
          ).toEqual([]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}
