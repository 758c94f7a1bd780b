/** The command palette: by keyboard alone, as assistive software sees it, and wherever one is. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const field = (page: Page) => page.getByRole('combobox', { name: 'Command, place or message' });
const options = (page: Page) => page.getByRole('listbox', { name: 'Commands' }).getByRole('option');

test('a command of the view runs, and the focus is where it was', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'First' }), mail({ subject: 'Second' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Second').click();
  await expect(rowOf(page, 'Second')).not.toContainText('Unread.');
  await page.keyboard.press('Control+Shift+p');
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue('>');
  await page.keyboard.type('mark unre');
  await expect(options(page)).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(rowOf(page, 'Second')).toContainText('Unread.');
  await page.keyboard.press('j');
  await expect(reader(page).getByRole('heading', { name: 'First' })).toBeVisible();
});

test('views, mailboxes, files and messages are found by their words', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Needle in hay' }), mail({ subject: 'Other' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Needle')).toBeVisible();
  const go = async (words: string, first: RegExp) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+k');
    await expect(field(page)).toBeFocused();
    await page.keyboard.type(words);
    await expect(options(page).first()).toHaveText(first);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await go('queue', /^Queue\s*View/);
  await expect(page).toHaveURL(/#\/queue$/);
  await go('root', /^root\s*Mailbox/);
  await expect(page).toHaveURL(/#\/mail\/mailbox\/root/);
  await go('aliases', /^aliases\s*File/);
  await expect(page.getByLabel('Text of aliases')).toBeVisible();
  await go('needle', /^Needle in hay/);
  await expect(reader(page).getByRole('heading', { name: 'Needle in hay' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await go('hay', /^Needle in hay/);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('hay');
  await expect(options(page).last()).toHaveText(/^Search mail for “hay”/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox', { name: /./ }).getByRole('option')).toHaveCount(1);
});

test('arrows move the choice that the field tells of, and go round', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/queue`);
  await page.getByRole('link', { name: 'Queue' }).focus();
  await page.keyboard.press('>');
  const active = async () => {
    const id = await field(page).getAttribute('aria-activedescendant');
    await expect(page.locator(`[id="${id ?? ''}"]`)).toHaveAttribute('aria-selected', 'true');
    return id;
  };
  expect(await active()).toBe('palette-0');
  await page.keyboard.press('ArrowDown');
  expect(await active()).toBe('palette-1');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  expect(await active()).toBe(`palette-${(await options(page).count()) - 1}`);
  await expect(options(page).last()).toBeInViewport();
  await page.keyboard.type('no such thing');
  await expect(page.getByText('Nothing goes by these words.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(field(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Queue' })).toBeFocused();
});

test('> in the search field leads to the commands', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('>theme dark');
  await expect(field(page)).toHaveValue('>theme dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByLabel('Search mail')).toHaveValue('');
});

test('each view has its own commands, and ? lists every key of it', async ({ page, sandbox }) => {
  const commands = { config: 'Check and apply', lab: 'Dry run', queue: 'Hold', log: 'Next line' };
  for (const [view, command] of Object.entries(commands)) {
    await page.goto(`${sandbox.url}/#/${view}`);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link').first().focus();
    await page.keyboard.press('>');
    await expect(options(page).filter({ hasText: command })).toHaveCount(1);
    await expect(options(page).first()).not.toContainText('Everywhere');
    const named = await options(page).evaluateAll((all) =>
      all
        .filter((one) => one.querySelector('kbd') !== null)
        .map((one) => one.querySelector('.label')?.textContent ?? ''),
    );
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    for (const what of named) await expect(keys.getByText(what, { exact: true }).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('axe has nothing to say', async ({ page, sandbox }) => {
      await sandbox.send(mail({ subject: 'Needle' }));
      await page.goto(sandbox.url);
      await expect(rowOf(page, 'Needle')).toBeVisible();
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('need');
      await expect(options(page).filter({ hasText: 'Needle' })).toHaveCount(1);
      await page.screenshot({ path: `test-results/palette-${colorScheme}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
    });
  });
}
