import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, test, type Sandbox } from './sandbox.ts';

const mainCf = (sandbox: Sandbox) => path.join(sandbox.folders.configDir, 'main.cf');

async function typeAtEnd(page: Page, text: string): Promise<void> {
  const editor = page.getByLabel('Text of main.cf');
  await editor.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(text);
}

test('an edit is checked and applied', async ({ page, sandbox, errors }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await typeAtEnd(page, 'message_size_limit = 20000');
  await expect(page.getByText('1 unsaved draft')).toBeVisible();
  expect(readFileSync(mainCf(sandbox), 'utf8')).not.toContain('20000');
  await page.getByRole('button', { name: 'Check & apply' }).click();
  await expect(page.getByText(/Applied: configuration revision \d+/)).toBeVisible();
  expect(readFileSync(mainCf(sandbox), 'utf8')).toContain('message_size_limit = 20000');
  await expect(
    page.getByRole('region', { name: 'Inspector' }).getByRole('link', { name: 'message_size_limit' }),
  ).toBeVisible();
  expect(errors).toEqual([]);
});

test('a problem is listed, and a click goes to its line', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await typeAtEnd(page, 'smtpd_tls_securty_level = may');
  const problem = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /securty/ });
  await expect(problem).toBeVisible();
  await page.getByRole('link', { name: 'master.cf' }).click();
  await expect(page.getByLabel('Text of master.cf')).toBeVisible();
  await problem.click();
  await expect(page.getByLabel('Text of main.cf')).toBeFocused();
});

test('the parameter under the cursor is explained', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').getByText('mynetworks_style').click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await expect(inspector.getByRole('heading', { name: 'mynetworks_style' })).toBeVisible();
  await expect(inspector).toContainText('works here');
});

test('what another program writes appears at once, and conflicts with a draft', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  const editor = page.getByLabel('Text of main.cf');
  await expect(editor).toContainText('myhostname');
  appendFileSync(mainCf(sandbox), 'soft_bounce = no\n');
  await expect(editor).toContainText('soft_bounce');
  await typeAtEnd(page, 'delay_warning_time = 1h');
  appendFileSync(mainCf(sandbox), 'mailbox_size_limit = 0\n');
  await expect(page.getByText('was changed by another program')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check & apply' })).toBeDisabled();
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await expect(editor).toContainText('mailbox_size_limit');
  await expect(editor).not.toContainText('delay_warning_time');
});

test('nothing beside the editor moves away from the pointer while the folder is read', async ({
  page,
  sandbox,
}) => {
  await page.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources: { node?: Element }[] })[])
        for (const { node } of entry.sources)
          if (node instanceof Element && node.closest('.files') !== null) moved.push(node.textContent);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${sandbox.url}/#/config`);
  // The desktop's page was there before.
  await page.reload();
  await expect(page.getByRole('link', { name: 'Catch everything' })).toBeVisible();
  await expect(page.getByLabel('Text of main.cf')).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved)).toEqual([]);
});

test('a new file is begun, written and applied', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByLabel('Name').fill('virtual');
  await page.keyboard.press('Enter');
  await page.getByLabel('Text of virtual').click();
  await page.keyboard.type('sales@shop.test root');
  await page.getByRole('button', { name: 'Check & apply' }).click();
  await expect(page.getByText(/Applied: configuration revision \d+/)).toBeVisible();
  expect(readFileSync(path.join(sandbox.folders.configDir, 'virtual'), 'utf8')).toBe('sales@shop.test root');
  await expect(page.getByText('unsaved draft')).toHaveCount(0);
});

test('a problem is fixed with a click, in the draft; a stale table is compiled', async ({
  page,
  sandbox,
}) => {
  await page.goto(`${sandbox.url}/#/config`);
  await typeAtEnd(page, 'smtpd_tls_securty_level = may\nvirtual_alias_maps = lmdb:$config_directory/virtual');
  const problems = page.getByRole('region', { name: 'Problems' });
  await problems.getByRole('button', { name: /^Change it to smtpd_tls_security_level/ }).click();
  const editor = page.getByLabel('Text of main.cf');
  await expect(editor).toContainText('smtpd_tls_security_level = may');
  await problems.getByRole('button', { name: /^Begin the file virtual/ }).click();
  await expect(page.getByRole('link', { name: 'virtual edited' })).toBeVisible();
  await expect(problems.getByText('No such file or directory')).toHaveCount(0);
  await page.getByRole('button', { name: 'Check & apply 2 files' }).click();
  await expect(page.getByText(/Applied: configuration revision \d+/)).toBeVisible();
  writeFileSync(path.join(sandbox.folders.configDir, 'virtual'), 'sales@shop.test root\n');
  await problems.getByRole('button', { name: /^Run postmap/ }).click();
  await expect(page.getByText(/virtual was compiled/)).toBeVisible();
  await expect(problems.getByText('is older than source file')).toHaveCount(0);
  const asked = await runSandpost(sandbox.folders, [
    'postmap',
    '-q',
    'sales@shop.test',
    'lmdb:' + path.join(sandbox.folders.configDir, 'virtual'),
  ]);
  expect(asked.stdout).toBe('root\n');
});

test('check --json says what is wrong and what makes it go away', async ({ sandbox }) => {
  appendFileSync(mainCf(sandbox), 'smtpd_recipient_restrictions = reject, permit_mynetworks\n');
  const { exit, stdout } = await runSandpost(sandbox.folders, ['check', '--json']);
  expect(exit).toBe(0);
  const { problems } = JSON.parse(stdout) as { problems: { rule?: string; fix?: object }[] };
  const unreachable = problems.find(({ rule }) => rule === 'unreachable-restriction');
  expect(unreachable?.fix).toEqual({
    title: 'Remove permit_mynetworks',
    edits: [
      expect.objectContaining({ file: 'main.cf', count: 1, text: 'smtpd_recipient_restrictions = reject\n' }),
    ],
  });
});
