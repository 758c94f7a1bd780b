import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './sandbox.ts';

test('a draft is compared as text and as meaning, applied, looked at and taken back', async ({
  page,
  sandbox,
  errors,
}) => {
  const mainCf = path.join(sandbox.folders.configDir, 'main.cf');
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').getByText('localdomain', { exact: false }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type('.test');
  await page.getByRole('button', { name: 'Compare' }).click();
  const compared = page.getByRole('dialog', { name: 'What the draft changes' });
  const changes = compared.getByRole('list', { name: 'Changes of main.cf' });
  await expect(changes).toContainText('Removed: mydomain = localdomain');
  await expect(changes).toContainText('Added: mydomain = localdomain.test');
  await compared.getByRole('tab', { name: 'As meaning' }).click();
  await expect(compared.getByRole('row', { name: /^mydestination/ })).toContainText(
    'localhost.localdomain.test',
  );
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Check & apply' }).click();
  await expect(page.getByText(/Applied: configuration revision 2/)).toBeVisible();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await inspector.getByRole('button', { name: '2 · edited main.cf · in use' }).click();
  const second = page.getByRole('dialog', { name: 'Revision 2: edited main.cf' });
  await expect(second).toContainText('Added: mydomain = localdomain.test');
  await expect(second).toContainText('The files are as they were then.');
  await page.keyboard.press('Escape');
  await inspector.getByRole('button', { name: '1 · as found' }).click();
  await page.getByRole('button', { name: 'Go back to this revision' }).click();
  await expect(page.getByText('Back to revision 1: that is revision 3 now')).toBeVisible();
  expect(readFileSync(mainCf, 'utf8')).toContain('mydomain = localdomain\n');
  await expect(page.getByLabel('Text of main.cf')).not.toContainText('localdomain.test');
  await page
    .getByRole('status')
    .or(page.locator('body'))
    .getByRole('button', { name: 'Undo' })
    .last()
    .click();
  await expect(inspector.getByRole('button', { name: '4 · back to revision 2 · in use' })).toBeVisible();
  expect(readFileSync(mainCf, 'utf8')).toContain('mydomain = localdomain.test\n');
  expect(errors).toEqual([]);
});

test('a draft with errors is not applied by accident', async ({ page, sandbox }) => {
  const mainCf = path.join(sandbox.folders.configDir, 'main.cf');
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('hopcount_limit = none');
  await page.getByRole('button', { name: 'Check & apply' }).click();
  const question = page.getByRole('alertdialog', { name: 'Apply in spite of errors?' });
  await expect(question).toBeVisible();
  expect(readFileSync(mainCf, 'utf8')).not.toContain('hopcount_limit');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('1 unsaved draft')).toBeVisible();
  expect(readFileSync(mainCf, 'utf8')).not.toContain('hopcount_limit');
});
