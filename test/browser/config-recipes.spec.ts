import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, test } from './sandbox.ts';

test('a recipe shows its change, is tried, applied and taken back', async ({ page, sandbox, errors }) => {
  const table = path.join(sandbox.folders.configDir, 'blacklist_incoming');
  await page.goto(`${sandbox.url}/#/config`);
  const list = page.getByRole('navigation', { name: 'Recipes' });
  await expect(list.getByRole('link', { name: 'Local only on' })).toBeVisible();
  await list.getByRole('link', { name: 'Block a sender' }).click();
  const recipe = page.getByRole('article', { name: 'Recipe' });
  await recipe.getByLabel('Sender').fill('spam@bad.test');
  const change = recipe.getByRole('list', { name: 'Change of blacklist_incoming' });
  await expect(change).toContainText('Added: spam@bad.test REJECT');
  await expect(recipe.getByRole('list', { name: 'Change of main.cf' })).toContainText('check_sender_access');
  await recipe.getByRole('button', { name: 'Try the test message' }).click();
  await expect(recipe.getByRole('status')).toContainText(
    'works a message of spam@bad.test is refused (as a draft',
  );
  expect(existsSync(table)).toBe(false);
  await recipe.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText(/Block a sender: applied, configuration revision 2/)).toBeVisible();
  expect(readFileSync(table, 'utf8')).toContain('spam@bad.test REJECT');
  await expect(sandbox.send(mail({ from: 'spam@bad.test' }))).rejects.toThrow('Access denied');
  await expect(list.getByRole('link', { name: 'Block a sender on' })).toBeVisible();
  await recipe.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText(/Taken back, configuration revision 3/)).toBeVisible();
  expect(existsSync(table)).toBe(false);
  await sandbox.send(mail({ from: 'spam@bad.test' }));
  await list.getByRole('link', { name: 'Local only on' }).click();
  await expect(recipe).toContainText('The files have this already.');
  await expect(recipe.getByRole('button', { name: 'Apply' })).toBeDisabled();
  expect(errors).toEqual([]);
});

test('the command line lists, shows, tries, applies and takes back', async ({ sandbox }) => {
  const recipe = (...args: string[]) => runSandpost(sandbox.folders, ['recipe', ...args]);
  expect((await recipe('list')).stdout).toMatch(/local-mail +Local only +in the files\n/);
  const shown = await recipe('show', 'block-sender', 'address=spam@bad.test');
  expect(shown.stdout).toContain('blacklist_incoming (new)\n@@ line 1 @@\n');
  expect(shown.stdout).toContain('+spam@bad.test REJECT\n');
  const trial = await recipe('test', 'block-sender');
  expect([trial.exit, trial.stdout]).toEqual([0, expect.stringMatching(/^works \(as a draft.*refused/s)]);
  expect((await recipe('apply', 'block-sender', 'address=spam@bad.test')).stdout).toContain('revision 2');
  expect((await recipe('apply', 'block-sender', 'address=spam@bad.test')).stderr).toContain(
    'has this already',
  );
  expect((await recipe('undo', 'block-sender')).stdout).toContain('taken back, configuration revision 3');
  const wrong = await recipe('show', 'block-sender', 'sender=x');
  expect([wrong.exit, wrong.stderr]).toEqual([64, expect.stringContaining('the names are: address')]);
  expect((await recipe('show', 'nosuch')).exit).toBe(1);
});
