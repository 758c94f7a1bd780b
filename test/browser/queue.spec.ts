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
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('come back later');
});

test('an hour is skipped: retries on schedule, plainly shown, and reset', async ({
  page,
  sandbox,
  errors,
}) => {
  await deferring(sandbox);
  await sandbox.send(mail({ subject: 'Patience', from: 'root@localhost', to: 'a@later.test' }));
  await page.goto(`${sandbox.url}/#/queue`);
  const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'a@later.test' });
  await row.click();
  const detail = page.getByRole('region', { name: /^Message / });
  await expect(detail.getByRole('list', { name: 'What happens next' })).toContainText('Tried again in');
  await expect(detail.getByRole('cell', { name: '1', exact: true })).toBeVisible();
  const clock = page.getByRole('toolbar', { name: 'Clock of the sandbox' });
  await expect(clock.getByRole('status')).toHaveText('this machine’s time');
  await clock.getByRole('button', { name: 'Skip 1 h' }).click();
  await expect(clock.getByRole('status')).toHaveText('1 h ahead of this machine');
  await expect(detail.getByRole('cell', { name: '5', exact: true })).toBeVisible();
  await expect(page.getByRole('banner').getByText('clock +1 h')).toBeVisible();
  await expect(page.getByRole('img', { name: /^Last hour/ })).toHaveAttribute('aria-label', /deferred [1-9]/);

  await clock.getByRole('button', { name: '1 h a second' }).click();
  await expect(clock.getByRole('status')).toContainText('Running 1 h a second');
  await clock.getByRole('button', { name: '1 h a second' }).click();
  await expect(clock.getByRole('status')).not.toContainText('Running');

  for (let day = 0; day < 6; day++) await clock.getByRole('button', { name: 'Skip 1 day' }).click();
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
  await clock.getByRole('button', { name: 'Reset' }).click();
  await expect(clock.getByRole('status')).toHaveText('this machine’s time');
  await page.goto(`${sandbox.url}/#/mail/all`);
  await expect(page.getByRole('option').filter({ hasText: 'Undelivered Mail Returned' })).toBeVisible();
  const { stdout } = await runSandpost(sandbox.folders, ['clock', 'skip', '2d']);
  expect(stdout).toContain('2 d ahead of the machine');
  await expect(page.getByRole('banner').getByText('clock +2 days')).toBeVisible();
  expect(errors).toEqual([]);
});

test('sorted, found, given another time, bounced: by keyboard too', async ({ page, sandbox }) => {
  await deferring(sandbox);
  await sandbox.send(
    ...['b', 'a', 'c'].map((name) => mail({ from: `${name}@app.test`, to: `${name}@later.test` })),
  );
  await page.goto(`${sandbox.url}/#/queue`);
  const rows = page.getByRole('grid').getByRole('row');
  await expect(rows).toHaveCount(4);
  await page.getByRole('columnheader', { name: 'Sender' }).getByRole('button').press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Sender' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows.nth(1)).toContainText('a@later.test');
  await page.getByLabel('Find in the queue').fill('C@LATER');
  await expect(rows).toHaveCount(2);
  await rows.nth(1).click();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Next try' });
  await dialog.getByLabel('In', { exact: true }).fill('3');
  await dialog.getByLabel('Unit').selectOption('hours');
  await page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Set' }).click();
  await expect(rows.nth(1)).toContainText(/in (3 h|2 h 59 min)/);
  await page.getByLabel('Find in the queue').fill('');
  await expect(rows).toHaveCount(4);
  await rows.filter({ hasText: 'c@later.test' }).click();
  await page.keyboard.press('b');
  await expect(rows).toHaveCount(3);
  await page.getByLabel('Find in the queue').fill('nothing like it');
  await expect(page.getByRole('heading', { name: 'Nothing in the queue matches' })).toBeVisible();
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
