import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, test, type Sandbox } from './sandbox.ts';

const column = (page: Page, name: string | RegExp) => page.getByRole('region', { name });

/** A draft that refuses a sender, typed into main.cf and not applied. */
async function draftBlocksSender(page: Page, sandbox: Sandbox): Promise<void> {
  writeFileSync(path.join(sandbox.folders.configDir, 'blacklist'), 'user@example.com REJECT\n');
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(
    'smtpd_recipient_restrictions = check_sender_access texthash:$config_directory/blacklist',
  );
  await page.getByRole('link', { name: 'Try in Lab' }).click();
}

async function count(sandbox: Sandbox): Promise<string> {
  const { stdout } = await runSandpost(sandbox.folders, ['mail', 'list', '--json']);
  return stdout;
}

test('a dry run shows the journey that would be, and nothing is sent or changed', async ({
  page,
  sandbox,
  errors,
}) => {
  const before = await count(sandbox);
  await page.goto(`${sandbox.url}/#/lab`);
  await expect(page.getByRole('heading', { name: 'Nothing was run yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const inUse = column(page, /^In use/);
  await expect(inUse).toContainText('both recipients are accepted');
  await expect(inUse).toContainText('delivered to the mailbox of');
  await expect(inUse).toContainText('outside mail is not deliverable');
  await expect(inUse.getByRole('heading', { name: 'Notice to user@example.com' })).toBeVisible();
  await inUse.getByText('SMTP session').click();
  await expect(inUse).toContainText('> RCPT TO:<root@localhost>');
  await expect(page.getByRole('heading', { name: 'No draft' })).toBeVisible();
  expect(await count(sandbox)).toBe(before);
  expect(errors).toEqual([]);
});

test('the draft stands beside what is in use, with the first difference marked', async ({
  page,
  sandbox,
}) => {
  await draftBlocksSender(page, sandbox);
  await page.getByLabel('Client address').fill('192.0.2.7');
  await page.getByLabel('RCPT TO').fill('root@localhost');
  await page.keyboard.press('Enter');
  await expect(column(page, /^In use/)).toContainText('the recipient is accepted');
  const draft = column(page, 'Draft');
  await expect(draft).toContainText('the recipient is refused');
  await expect(draft).toContainText('Differs from step 1 on');
  await expect(draft).toContainText('Sender address rejected: Access denied');
  await expect(draft.getByRole('link', { name: 'blacklist' })).toHaveAttribute(
    'href',
    '#/config/blacklist/1',
  );
  await expect(page.getByRole('group', { name: 'Command' })).toContainText('--client 192.0.2.7');
});

test('the last messages are run again over the draft', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Kept' }), mail({ subject: 'Blocked', from: 'user@example.com' }));
  await draftBlocksSender(page, sandbox);
  await page.getByRole('button', { name: 'Try it on past mail…' }).click();
  const replay = page.getByRole('dialog', { name: 'What would change' });
  await replay.getByRole('button', { name: 'Try the draft' }).click();
  await expect(replay.getByRole('status')).toContainText('1 of 2 the same, 1 now refused');
  await expect(replay.getByRole('row')).toHaveCount(2);
  await replay.getByRole('button', { name: 'Trace' }).click();
  await expect(replay).toHaveCount(0);
  await expect(column(page, 'Draft')).toContainText('the recipient is refused');
  await expect(page.getByLabel('Message', { exact: true })).toHaveValue(/^captured \d+$/);
});

test('the files of a scenario are tried on past mail, and a message is traced with them', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(mail({ subject: 'Kept' }), mail({ subject: 'Blocked', from: 'user@example.com' }));
  const main = readFileSync(path.join(sandbox.folders.configDir, 'main.cf'), 'utf8');
  const file = path.join(sandbox.folders.root, 'files.json');
  const blocks = 'smtpd_sender_restrictions = check_sender_access inline:{{user@example.com = REJECT}}';
  const files = { 'main.cf': `${main}\n${blocks}\n` };
  const envelope = { sender: 'a@b.test', recipients: ['root@localhost'] };
  writeFileSync(file, JSON.stringify({ sandpost: 'scenario', version: 1, envelope, files, expect: [] }));
  await page.goto(`${sandbox.url}/#/lab`);
  await expect(page.getByRole('button', { name: 'Try it on past mail…' })).toBeDisabled();
  await page.getByLabel('Scenario file').setInputFiles(file);
  await page.getByRole('button', { name: 'Try it on past mail…' }).click();
  const dialog = page.getByRole('dialog', { name: 'What would change' });
  await dialog.getByRole('button', { name: 'Try the draft' }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 2 the same, 1 now refused');
  await dialog.getByRole('button', { name: 'Trace' }).click();
  const drafted = column(page, "The scenario's files");
  await expect(drafted).toContainText('the recipient is refused');
  await expect(page.getByLabel('MAIL FROM')).toHaveValue('user@example.com');
});

test('a run is saved as a scenario, which the command line and the Lab run again', async ({
  page,
  sandbox,
  host,
}) => {
  test.skip(host === 'desktop', 'Playwright hears of no downloads there');
  await page.goto(`${sandbox.url}/#/lab`);
  await page.getByLabel('Message', { exact: true }).selectOption('text');
  await page.getByLabel('Text of the message').fill('Subject: Grüße\n\nHello\n');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(column(page, /^In use/)).toContainText('accepted');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as scenario' }).click();
  const file = path.join(sandbox.folders.root, 'scenario.json');
  await (await download).saveAs(file);
  expect(readFileSync(file, 'utf8')).toContain('Subject: Grüße');
  const passed = await runSandpost(sandbox.folders, ['lab', 'run', file]);
  expect([passed.exit, passed.stdout.slice(0, 4)]).toEqual([0, 'ok  ']);

  writeFileSync(file, readFileSync(file, 'utf8').replace('"bounced"', '"delivered"'));
  const failed = await runSandpost(sandbox.folders, ['lab', 'run', '--json', file]);
  expect(failed.exit).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({ passed: 0, failed: 1 });
  await page.getByLabel('Scenario file').setInputFiles(file);
  await expect(column(page, /^In use/)).toContainText('Not what the scenario expects');
  await expect(column(page, /^In use/)).toContainText('customer@example.com: expected delivered');
  await page.getByRole('button', { name: 'Close it' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing was run yet' })).toBeVisible();
  writeFileSync(file, '{}');
  await page.getByLabel('Scenario file').setInputFiles(file);
  await expect(page.getByRole('alert')).toContainText('This is no scenario');
});

test('a draft that cannot be used says where it is wrong', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('inet_interfaces = 192.0.2.1');
  await page.getByRole('link', { name: 'Try in Lab' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The configuration has errors');
  await page.getByRole('link', { name: /^main\.cf:\d+$/ }).click();
  await expect(page.getByLabel('Text of main.cf')).toBeVisible();
});
