import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const rows = (page: Page) =>
  page.getByRole('listbox', { name: /^(All mail|Found|Bin|Unread|Starred)/ }).getByRole('option');
const field = (page: Page) => page.getByRole('combobox', { name: 'Search mail' });
const suggestion = (page: Page, name: string) =>
  page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name });

test('a search by operators, completed by keyboard, saved, renamed and deleted', async ({
  page,
  sandbox,
  errors,
}) => {
  await sandbox.send(
    mail({ subject: 'Order 1', from: 'shop@shop.test', headers: { 'X-Campaign': 'spring' } }),
    mail({ subject: 'Order 2', from: 'other@elsewhere.test' }),
    mail({
      subject: 'Build failed',
      from: 'ci@build.test',
      attachments: [{ filename: 'log.txt', content: 'x' }],
    }),
  );
  await page.goto(sandbox.url);
  await expect(page.getByRole('option').filter({ hasText: 'Thanks for your order.' })).toHaveCount(3);
  await page.keyboard.press('/');
  await page.keyboard.type('fro');
  await expect(suggestion(page, 'from:')).toBeVisible();
  await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(field(page)).toHaveAttribute('aria-activedescendant', 'search-suggestions-0');
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue('from:');
  await page.keyboard.type('sh');
  await expect(suggestion(page, 'shop@shop.test')).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue('from:shop@shop.test ');
  await page.keyboard.type('header:X-Campaign -has:attachment');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(1);
  await expect(rowOf(page, 'Order 1')).toBeVisible();
  await expect(page.getByRole('listbox', { name: /^Found/ })).toBeFocused();

  await page.getByRole('button', { name: 'Save this search' }).click();
  await expect(page.getByLabel('Name in the sidebar')).toBeFocused();
  await page.keyboard.type('Spring');
  await page.keyboard.press('Enter');
  const saved = (name: string) => page.getByRole('link', { name, exact: true });
  await expect(saved('Spring')).toHaveAttribute('aria-current', 'page');
  await saved('All mail, 3').click();
  await expect(rows(page)).toHaveCount(3);
  await expect(field(page)).toHaveValue('');
  await saved('Spring').click();
  await expect(rows(page)).toHaveCount(1);
  await expect(field(page)).toHaveValue('from:shop@shop.test header:X-Campaign -has:attachment');
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Spring: actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Autumn');
  await page.keyboard.press('Enter');
  await expect(saved('Autumn')).toBeVisible();
  await page.getByRole('button', { name: 'Autumn: actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(saved('Autumn')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(saved('Autumn')).toBeVisible();
  expect(errors).toEqual([]);
});

test('what is no search is said, with the place, and the grammar is at hand', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'One' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'One')).toBeVisible();
  await field(page).fill('form:alice one');
  await expect(page.getByRole('alert')).toContainText('There is no operator form: . Did you mean from:?');
  await expect(page.getByRole('alert').locator('mark')).toHaveText('form:');
  await expect(rowOf(page, 'One')).toBeVisible();
  await field(page).fill('(one');
  await expect(page.getByRole('alert')).toContainText('This bracket is never closed');
  await field(page).fill('(one)');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'How to search' }).click();
  await expect(page.getByRole('dialog', { name: 'How to search' })).toContainText('message-id:');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('tags by keyboard, by header and by rule; stars', async ({ page, sandbox, errors }) => {
  await sandbox.send(
    mail({ subject: 'First' }),
    mail({ subject: 'Second', headers: { 'X-Tags': 'welcome, To Do' } }),
  );
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Second')).toContainText('welcome');
  await rowOf(page, 'First').click();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Tags' });
  await expect(dialog.getByRole('combobox', { name: 'Tag' })).toBeFocused();
  await page.keyboard.type('urgent');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('option', { name: 'urgent' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(rowOf(page, 'First')).toContainText('urgent');
  await expect(reader(page)).toContainText('urgent');
  await page.getByRole('link', { name: 'urgent, 1' }).click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await rowOf(page, 'First').click();
  await reader(page).getByRole('button', { name: 'Take the tag urgent off' }).click();
  await expect(page.getByRole('link', { name: /^urgent/ })).toHaveCount(0);

  await page.getByRole('button', { name: 'welcome: actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('hello');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'hello, 1' })).toBeVisible();

  await page.getByRole('button', { name: 'Keeping and tags' }).click();
  await page.getByLabel('New mail that matches').fill('subject:third is:unread');
  await page.getByLabel('gets the tag').last().fill('by rule');
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await expect(page.getByText('A rule looks at each message once')).toBeVisible();
  await page.getByLabel('New mail that matches').fill('subject:third');
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await expect(page.getByRole('button', { name: 'Delete the rule subject:third' })).toBeVisible();
  await page.getByLabel(/you\+order/).check();
  await page.keyboard.press('Escape');
  await sandbox.send(mail({ subject: 'Third', to: 'root+shop@localhost' }));
  await page.getByRole('link', { name: /^All mail/ }).click();
  await expect(rowOf(page, 'Third')).toContainText('by rule');
  await expect(page.getByRole('link', { name: 'shop, 1' })).toBeVisible();

  await rowOf(page, 'Third').click();
  await page.keyboard.press('s');
  await page.getByRole('link', { name: 'Starred, 1' }).click();
  await expect(rowOf(page, 'Third')).toBeVisible();
  await expect(page.getByRole('option')).toHaveCount(1);
  expect(errors).toEqual([]);
});

test('something is done with all results, and undone', async ({ page, sandbox, errors }) => {
  const numbers = Array.from({ length: 230 }, (_, index) => index + 1);
  await sandbox.send(...numbers.map((n) => mail({ subject: `Bulk ${n}` })), mail({ subject: 'Other' }));
  await page.goto(sandbox.url);
  await expect(page.getByRole('link', { name: 'All mail, 231' })).toBeVisible();
  await field(page).fill('subject:bulk');
  await page.keyboard.press('Enter');
  await expect(rowOf(page, 'Other')).toHaveCount(0);
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Select all results' }).click();
  await expect(page.getByText('All selected')).toBeVisible();
  await page.keyboard.press('t');
  await page.getByRole('dialog', { name: 'Tag all results' }).getByRole('combobox').fill('many');
  await page.keyboard.press('Enter');
  await expect(page.getByText('230 messages tagged')).toBeVisible();
  await expect(page.getByRole('link', { name: 'many, 230' })).toBeVisible();

  const menu = async (name: string) => {
    await page.getByRole('button', { name: 'List actions' }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await menu('Mark all results as read');
  await expect(page.getByRole('link', { name: 'Unread, 1' })).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('link', { name: 'Unread, 231' })).toBeVisible();

  await menu('Export all results…');
  const exporting = page.getByRole('dialog', { name: 'Export mail' });
  const mbox = page.waitForEvent('download');
  await exporting.getByRole('button', { name: 'Export' }).click();
  const text = await readFile(await (await mbox).path(), 'latin1');
  expect(text.match(/^From noreply@shop\.test /gm)).toHaveLength(230);

  await menu('Delete all results');
  await expect(page.getByRole('link', { name: 'All mail, 1', exact: true })).toBeVisible();
  await page.getByRole('link', { name: /^Bin/ }).click();
  await expect(page.getByText('Mail stays in the Bin for 30 days, then it is gone for good.')).toBeVisible();
  await menu('Delete all that is here for good…');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('link', { name: 'Bin, 230' })).toBeVisible();
  await menu('Restore all that is here');
  await expect(page.getByRole('link', { name: 'All mail, 231' })).toBeVisible();
  await page.getByRole('link', { name: /^All mail/ }).click();
  await menu('Delete all that is here');
  await page.getByRole('link', { name: 'Bin, 231' }).click();
  await page.getByRole('button', { name: 'Empty Bin' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Empty the Bin' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('conversations are grouped on demand and opened from one another', async ({ page, sandbox }) => {
  const id = (n: number) => `<${n}@shop.test>`;
  await sandbox.send(
    mail({ subject: 'Question', messageId: id(1), text: 'the question' }),
    mail({ subject: 'Alone' }),
    mail({ subject: 'Re: Question', messageId: id(2), inReplyTo: id(1), text: 'the answer' }),
    mail({ subject: 'Gratitude', messageId: id(3), references: [id(1), id(2)], text: 'the thanks' }),
  );
  await page.goto(sandbox.url);
  await expect(page.getByRole('option')).toHaveCount(4);
  await expect(rowOf(page, 'Gratitude')).toContainText('3 messages in the conversation');
  await page.getByRole('button', { name: 'Group by conversation' }).click();
  await expect(page.getByRole('option')).toHaveCount(2);
  await rowOf(page, 'Gratitude').click();
  await expect(reader(page)).toContainText('Conversation, 3 messages');
  await reader(page)
    .getByRole('button', { name: /the question/ })
    .click();
  await expect(reader(page).getByRole('heading', { name: 'Question', exact: true })).toBeVisible();
  await expect(reader(page).getByRole('button', { name: /the question/ })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await page.getByRole('button', { name: 'Group by conversation' }).click();
  await expect(page.getByRole('option')).toHaveCount(4);
});

test('two messages are compared: headers, text, HTML source', async ({ page, sandbox, errors }) => {
  await sandbox.send(
    mail({ subject: 'Receipt 1', text: 'Thanks.\nYour order 12 is here.', html: '<p>Order 12</p>' }),
    mail({ subject: 'Receipt 2', text: 'Thanks.\nYour order 13 is here.', html: '<p>Order 13</p>' }),
  );
  await page.goto(sandbox.url);
  await rowOf(page, 'Receipt 2').click();
  await rowOf(page, 'Receipt 1').click({ modifiers: ['ControlOrMeta'] });
  await page.keyboard.press('=');
  const dialog = page.getByRole('dialog', { name: 'Two messages compared' });
  const changed = dialog.locator('tr.changed');
  await expect(changed.filter({ hasText: 'Subject: Receipt' }).locator('mark')).toHaveText(['1', '2']);
  await dialog.getByRole('tab', { name: 'Text', exact: true }).click();
  await expect(dialog.getByText('1 line differs')).toBeVisible();
  await expect(changed.locator('mark')).toHaveText(['12', '13']);
  await expect(dialog.getByText('Thanks.').first()).toBeVisible();
  await dialog.getByRole('tab', { name: 'HTML source' }).click();
  await expect(changed.locator('mark')).toHaveText(['12', '13']);
  await expect(changed).toContainText('<p>Order 12</p>');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(errors).toEqual([]);
});
