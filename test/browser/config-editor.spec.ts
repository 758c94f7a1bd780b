import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, test, type Sandbox } from './sandbox.ts';

const mainCf = (sandbox: Sandbox) => path.join(sandbox.folders.configDir, 'main.cf');
const editorOf = (page: Page, name = 'main.cf') => page.getByLabel(`Text of ${name}`);

async function atEnd(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(text);
}

test('a parameter is completed, with its sentence and its mark', async ({ page, sandbox, errors }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await atEnd(page, 'delay_warn');
  const option = page.getByRole('option', { name: 'delay_warning_time' });
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.cm-completion')).toContainText('After how long senders are told');
  await expect(page.locator('.cm-completion')).toContainText('works here');
  await page.keyboard.press('Enter');
  await page.keyboard.type('1h');
  await expect(editorOf(page)).toContainText('delay_warning_time = 1h');
  await page.keyboard.type('\nqmqpd_t');
  await expect(page.locator('.cm-completion')).toContainText('accepted, no effect here');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('names after $ are completed, chosen with the arrows', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await atEnd(page, 'smtpd_banner = $myho');
  await expect(page.getByRole('option', { name: 'myhostname' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.type(' ${mail_');
  await expect(page.getByRole('option', { name: 'mail_name' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'mail_owner' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(editorOf(page)).toContainText('smtpd_banner = $myhostname ${mail_name');
});

test('the pointer over a parameter explains it', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await editorOf(page).getByText('default_transport').hover();
  const box = page.locator('.cm-tooltip-hover');
  await expect(box).toContainText('How mail for domains that are not ours is delivered.');
  await expect(box).toContainText('main.cf, line');
});

test('F12 on $name goes to its definition, and from a table to its file', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await editorOf(page).getByText('$mydomain').click();
  await page.keyboard.press('F12');
  await expect(
    editorOf(page).locator('.cm-line').filter({ hasText: 'mydomain = localdomain' }),
  ).toBeVisible();
  await page.keyboard.press('End');
  await page.keyboard.type('.test');
  await expect(editorOf(page)).toContainText('mydomain = localdomain.test');
  await editorOf(page)
    .locator('.cm-line')
    .filter({ hasText: 'alias_maps' })
    .getByText('/aliases')
    .click({ modifiers: ['ControlOrMeta'] });
  await expect(editorOf(page, 'aliases')).toBeVisible();
});

test('what stands out: patterns, networks, actions, table types', async ({ page, sandbox }) => {
  const folder = sandbox.folders.configDir;
  writeFileSync(path.join(folder, 'checks'), 'if /^X/\n/^Received:/ IGNORE\n192.0.2.0/24 REJECT no\nendif\n');
  writeFileSync(
    mainCf(sandbox),
    `${readFileSync(mainCf(sandbox), 'utf8')}header_checks = regexp:$config_directory/checks\n`,
  );
  await runSandpost(sandbox.folders, ['reload']);
  await page.goto(`${sandbox.url}/#/config/checks`);
  const editor = editorOf(page, 'checks');
  const colour = (text: string) =>
    editor.getByText(text, { exact: true }).evaluate((element) => getComputedStyle(element).color);
  await expect(editor.getByText('/^Received:/', { exact: true })).toBeVisible();
  const colours = () =>
    Promise.all([
      colour('/^Received:/'),
      colour('192.0.2.0/24'),
      colour('IGNORE'),
      editor.evaluate((element) => getComputedStyle(element).color),
    ]);
  // What kind of table it is comes with the answer about the configuration.
  await expect.poll(async () => new Set(await colours()).size).toBe(4);
  expect(await colour('if')).toBe((await colours())[2]);
});

test('edits apart from each other are merged, those of the same line are chosen from', async ({
  page,
  sandbox,
}) => {
  await page.goto(`${sandbox.url}/#/config`);
  await atEnd(page, 'delay_warning_time = 1h');
  const before = readFileSync(mainCf(sandbox), 'utf8');
  writeFileSync(mainCf(sandbox), before.replace('mydomain = localdomain', 'mydomain = elsewhere.test'));
  await expect(page.getByText('your edits were merged with that')).toBeVisible();
  await expect(editorOf(page)).toContainText('mydomain = elsewhere.test');
  await expect(editorOf(page)).toContainText('delay_warning_time = 1h');
  writeFileSync(mainCf(sandbox), `${readFileSync(mainCf(sandbox), 'utf8')}soft_bounce = yes\n`);
  await page.getByRole('button', { name: 'Merge…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge main.cf' });
  await expect(dialog.getByRole('button', { name: 'Use the merged text' })).toBeDisabled();
  await dialog.getByLabel('Both, theirs first').check();
  await dialog.getByRole('button', { name: 'Use the merged text' }).click();
  await page.getByRole('button', { name: 'Check & apply' }).click();
  await expect(page.getByText(/Applied: configuration revision \d+/)).toBeVisible();
  expect(readFileSync(mainCf(sandbox), 'utf8')).toMatch(
    /elsewhere\.test[^]*soft_bounce = yes\ndelay_warning_time = 1h/,
  );
});
