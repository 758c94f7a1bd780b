import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, mail, test, type Sandbox } from './sandbox.ts';
import { runSandpost } from '../support/sandbox-process.ts';

/** Mail for this address waits: its transport always defers. */
async function deferring(sandbox: Sandbox): Promise<void> {
  writeFileSync(
    path.join(sandbox.folders.configDir, 'transport'),
    'later.test retry:4.3.0 come back later\n',
  );
  const set = await runSandpost(sandbox.folders, [
    'postconf',
    '-e',
    'transport_maps=texthash:$config_directory/transport',
  ]);
  expect(set.stderr).toBe('');
  expect((await runSandpost(sandbox.folders, ['reload'])).exit).toBe(0);
}

test('an empty queue says so', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/queue`);
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
});

test('a deferred message is shown, held, released and deleted', async ({ page, sandbox }) => {
  await deferring(sandbox);
  await page.goto(`${sandbox.url}/#/queue`);
  await sandbox.send(mail({ subject: 'Waits', to: 'a@later.test' }));
  const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'a@later.test' });
  await expect(row).toContainText('come back later');
  await expect(row).toContainText('deferred');
  await row.click();
  await expect(page.getByRole('region', { name: 'Log lines' })).toContainText('status=deferred');
  await page.getByRole('button', { name: 'Hold' }).click();
  await expect(row).toContainText('hold');
  await page.getByRole('button', { name: 'Release' }).click();
  await expect(row).not.toContainText('hold');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
});

test('several are selected by keyboard and flushed', async ({ page, sandbox }) => {
  await deferring(sandbox);
  await sandbox.send(...['a', 'b', 'c'].map((name) => mail({ to: `${name}@later.test` })));
  await page.goto(`${sandbox.url}/#/queue`);
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(4);
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 of 3 messages')).toBeVisible();
  await page.keyboard.press('f');
  await expect(page.getByText('Trying again now: 2')).toBeVisible();
});
