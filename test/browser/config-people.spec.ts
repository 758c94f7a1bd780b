import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, test } from './sandbox.ts';

test('aliases are added, changed and removed by forms, and the file keeps its comments', async ({
  page,
  sandbox,
  errors,
}) => {
  const file = path.join(sandbox.folders.configDir, 'aliases');
  writeFileSync(
    file,
    `${readFileSync(file, 'utf8')}# The shop.\nsales: root,\n  # soon more\n  postmaster\n`,
  );
  const before = readFileSync(file, 'utf8');
  await page.goto(`${sandbox.url}/#/config`);
  await page
    .getByRole('navigation', { name: 'Users and domains' })
    .getByRole('link', { name: 'Aliases', exact: true })
    .click();
  await expect(page.getByRole('row', { name: /^sales root, postmaster/ })).toBeVisible();
  const form = page.getByRole('form', { name: 'New entry' });
  await form.getByLabel('Name').fill('support');
  await form.getByLabel('Goes to').fill('root');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /^support root/ })).toBeVisible();
  await form.getByLabel('Name').fill('Support');
  await form.getByLabel('Goes to').fill('you');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Support is there already');
  await page.getByRole('button', { name: 'Edit sales' }).click();
  const change = page.getByRole('form', { name: 'Change sales' });
  await change.getByLabel('Goes to').fill('postmaster');
  await change.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Remove MAILER-DAEMON' }).click();
  expect(readFileSync(file, 'utf8')).toBe(before);
  await page.getByRole('button', { name: 'Check & apply' }).click();
  await expect(page.getByText(/Applied: configuration revision \d+/)).toBeVisible();
  expect(readFileSync(file, 'utf8')).toBe(
    `${before.replace('MAILER-DAEMON: postmaster\n', '').replace('sales: root,\n', 'sales: postmaster\n').replace('  postmaster\n', '')}support: root\n`,
  );
  await sandbox.send(mail({ to: 'support@localhost', subject: 'By the new alias' }));
  await page.goto(`${sandbox.url}/#/mail/all`);
  await expect(page.getByRole('option').filter({ hasText: 'By the new alias' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('users are added and removed at once', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config/~people/users`);
  const form = page.getByRole('form', { name: 'New user' });
  await form.getByLabel('Name').fill('not a name');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('A user is a letter');
  await form.getByLabel('Name').fill('alice');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /^alice/ })).toBeVisible();
  expect((await runSandpost(sandbox.folders, ['user', 'list'])).stdout).toContain('alice');
  await page.getByRole('button', { name: 'Remove alice' }).click();
  await expect(page.getByRole('row', { name: /^alice/ })).toHaveCount(0);
  expect((await runSandpost(sandbox.folders, ['user', 'list'])).stdout).not.toContain('alice');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('row', { name: /^alice/ })).toBeVisible();
});

test('a domain, its mailboxes and virtual aliases are kept in main.cf and tables', async ({
  page,
  sandbox,
}) => {
  const read = (name: string) => readFileSync(path.join(sandbox.folders.configDir, name), 'utf8');
  await page.goto(`${sandbox.url}/#/config/~people/mailboxes`);
  await page.getByRole('link', { name: 'The recipe for it' }).click();
  await page.getByRole('article', { name: 'Recipe' }).getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText(/applied, configuration revision 2/)).toBeVisible();
  const links = page.getByRole('navigation', { name: 'Users and domains' });
  await links.getByRole('link', { name: 'Domains' }).click();
  await expect(page.getByRole('row', { name: /^team\.example/ })).toBeVisible();
  await page.getByLabel('Domain', { exact: true }).fill('shop.example');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /^shop\.example addresses have mailboxes/ })).toBeVisible();
  await links.getByRole('link', { name: 'Mailboxes' }).click();
  await page.getByLabel('Address').fill('hello@shop.example');
  await page.getByRole('textbox', { name: 'Mailbox' }).fill('shop.example/hello/');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /^hello@shop\.example/ })).toBeVisible();
  await page.getByRole('button', { name: 'Check & apply 2 files' }).click();
  await expect(page.getByText(/Applied: configuration revision 3/)).toBeVisible();
  expect(read('main.cf')).toContain('virtual_mailbox_domains = team.example, shop.example\n');
  expect(read('vmailbox')).toContain('hello@shop.example shop.example/hello/\n');
  const traced = await runSandpost(sandbox.folders, ['trace', '--json', 'hello@shop.example']);
  expect(traced.stdout).toContain('"status":"delivered"');
});
