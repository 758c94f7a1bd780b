import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, rowOf, test } from './sandbox.ts';
import { violations } from './violations.ts';

const HTML =
  '<!doctype html><html lang="en"><title>Mail</title><body><main><h1>Hello</h1></main></body></html>';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('the first start', async ({ page, sandbox }) => {
      await page.goto(sandbox.url);
      await expect(page.getByRole('heading', { name: 'Send the first mail' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('mail, each tab', async ({ page, sandbox }) => {
      await sandbox.send(
        mail({ subject: 'Another', to: 'x@example.com' }),
        mail({ subject: 'Full', html: HTML, attachments: [{ filename: 'a.txt', content: 'a' }] }),
      );
      await page.goto(sandbox.url);
      await rowOf(page, 'Full').click();
      for (const name of ['HTML', 'Text', 'Headers', 'Parts', 'Source', 'Journey', 'Checks']) {
        await page.getByRole('tab', { name }).click();
        await expect(page.getByText(/^Loading|^Checking/)).toHaveCount(0);
        expect(await violations(page), name).toEqual([]);
      }
    });

    test('finding and keeping', async ({ page, sandbox }) => {
      const order = { messageId: '<1@shop.test>', headers: { 'X-Tags': 'order' } };
      await sandbox.send(
        mail({ subject: 'First', ...order }),
        mail({ subject: 'Second', inReplyTo: '<1@shop.test>' }),
      );
      await page.goto(sandbox.url);
      await expect(page.getByRole('link', { name: 'order, 1' })).toBeVisible();
      const field = page.getByRole('combobox', { name: 'Search mail' });
      await field.pressSequentially('i');
      await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
      expect(await violations(page), 'suggestions').toEqual([]);
      await field.fill('form:shop order');
      await expect(page.getByRole('alert')).toBeVisible();
      expect(await violations(page), 'what is wrong').toEqual([]);
      await page.getByRole('button', { name: 'How to search' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await violations(page), 'help').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await field.fill('');
      await rowOf(page, 'Second').click();
      await expect(page.getByText('Conversation, 2 messages')).toBeVisible();
      expect(await violations(page), 'conversation').toEqual([]);
      await page.keyboard.press('t');
      await expect(page.getByRole('dialog', { name: 'Tags' })).toBeVisible();
      expect(await violations(page), 'tags').toEqual([]);
      await page.keyboard.press('Escape');
      await rowOf(page, 'First').click({ modifiers: ['ControlOrMeta'] });
      await page.keyboard.press('=');
      await expect(page.getByRole('table')).toBeVisible();
      expect(await violations(page), 'compare').toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto(`${sandbox.url}/#/mail/bin`);
      await page.getByRole('button', { name: 'Change' }).click();
      await expect(page.getByRole('button', { name: 'Add the rule' })).toBeVisible();
      expect(await violations(page), 'keeping').toEqual([]);
    });

    test('queue, configuration, dialogs', async ({ page, sandbox }) => {
      await page.goto(`${sandbox.url}/#/queue`);
      await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
      expect(await violations(page), 'queue').toEqual([]);
      await page.goto(`${sandbox.url}/#/config`);
      await expect(page.getByLabel('Text of main.cf')).toBeVisible();
      expect(await violations(page), 'config').toEqual([]);
      await page.goto(`${sandbox.url}/#/config/~people/aliases`);
      await expect(page.getByRole('row', { name: /^postmaster/ })).toBeVisible();
      expect(await violations(page), 'aliases').toEqual([]);
      await page.goto(`${sandbox.url}/#/config/~recipe/block-sender`);
      await page.getByRole('button', { name: 'Try the test message' }).click();
      await expect(page.getByText('works', { exact: true })).toBeVisible();
      expect(await violations(page), 'recipe').toEqual([]);
      await page.goto(`${sandbox.url}/#/config/main.cf`);
      await page.getByLabel('Text of main.cf').click();
      await page.keyboard.press('ControlOrMeta+End');
      await page.keyboard.type('soft_bou');
      await expect(page.getByRole('option', { name: 'soft_bounce', exact: true })).toBeVisible();
      expect(await violations(page), 'completion').toEqual([]);
      await page.keyboard.press('Enter');
      await page.keyboard.type('yes');
      await page.getByRole('button', { name: 'Compare' }).click();
      await expect(page.getByRole('list', { name: 'Changes of main.cf' })).toBeVisible();
      expect(await violations(page), 'compare').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Try it on past mail…' }).click();
      await expect(page.getByRole('dialog', { name: 'What would change' })).toBeVisible();
      expect(await violations(page), 'replay').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Queue' }).focus();
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await violations(page), 'keys').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Settings' }).click();
      await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
      expect(await violations(page), 'settings').toEqual([]);
    });

    test('queue, log and lab with something in them', async ({ page, sandbox }) => {
      await runSandpost(sandbox.folders, ['postconf', '-e', 'transport_maps=inline:{later.test=retry:}']);
      await runSandpost(sandbox.folders, ['reload']);
      await sandbox.send(mail({ to: ['a@later.test', 'root@localhost'] }));
      await page.goto(`${sandbox.url}/#/queue`);
      await page.getByRole('grid').getByRole('row').filter({ hasText: 'a@later.test' }).click();
      await page.getByRole('button', { name: 'Skip 5 min' }).click();
      await expect(page.getByText('5 min ahead of this machine')).toBeVisible();
      expect(await violations(page), 'queue').toEqual([]);
      await page.getByRole('button', { name: 'Next try…' }).click();
      await expect(page.getByRole('dialog', { name: 'Next try' })).toBeVisible();
      expect(await violations(page), 'next try').toEqual([]);
      await page.goto(`${sandbox.url}/#/log`);
      await page.getByRole('grid').getByRole('row').filter({ hasText: 'status=' }).last().click();
      await expect(page.getByRole('region', { name: 'Line' })).toBeVisible();
      expect(await violations(page), 'log').toEqual([]);
      await page.goto(`${sandbox.url}/#/sessions`);
      await page.getByRole('option').first().click();
      await expect(page.getByRole('region', { name: 'Transcript' })).toBeVisible();
      expect(await violations(page), 'sessions').toEqual([]);
      await page.goto(`${sandbox.url}/#/lab`);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await expect(page.getByRole('region', { name: /^In use/ })).toBeVisible();
      expect(await violations(page), 'lab').toEqual([]);
      await page.setViewportSize({ width: 480, height: 800 });
      for (const view of ['lab', 'log', 'queue', 'sessions']) {
        await page.goto(`${sandbox.url}/#/${view}`);
        await page.waitForTimeout(300);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, view).toBeLessThanOrEqual(0);
      }
    });

    test('a narrow window', async ({ page, sandbox }) => {
      await page.setViewportSize({ width: 480, height: 800 });
      await sandbox.send(mail({ subject: 'Narrow' }));
      await page.goto(sandbox.url);
      await expect(rowOf(page, 'Narrow')).toBeVisible();
      expect(await violations(page), 'list').toEqual([]);
      await rowOf(page, 'Narrow').click();
      await expect(page.getByRole('button', { name: 'Back to the list' })).toBeVisible();
      expect(await violations(page), 'reader').toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  });
}

test('the theme is remembered', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
