import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, reader, rowOf, test, type Sandbox } from './sandbox.ts';

const importing = (page: Page) => page.getByRole('dialog', { name: 'Import mail' });
const exporting = (page: Page) => page.getByRole('dialog', { name: 'Export mail' });

const FROM = 'From app@shop.test  Mon Nov  2 21:05:11 2026\n';
const mbox = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => `${FROM}Subject: Imported ${n}\nTo: root@localhost\n\nword${n}\n\n`,
  ).join('');

async function choose(page: Page, ...files: { name: string; text: string | Buffer }[]): Promise<void> {
  await page.getByLabel('Files to import').setInputFiles(
    files.map(({ name, text }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: typeof text === 'string' ? Buffer.from(text, 'latin1') : text,
    })),
  );
}

async function ids(sandbox: Sandbox): Promise<number[]> {
  const { stdout } = await runSandpost(sandbox.folders, ['mail', 'list', '--json', '-n', '500']);
  return (JSON.parse(stdout) as { messages: { id: number }[] }).messages.map(({ id }) => id);
}

async function raws(sandbox: Sandbox): Promise<string[]> {
  const found = [];
  for (const id of await ids(sandbox)) {
    const answer = await fetch(`${sandbox.url}/resource/message/${id}/source`);
    found.push(Buffer.from(await answer.arrayBuffer()).toString('latin1'));
  }
  return found.sort();
}

test('an mbox is imported into a mailbox, and what is no mail is said', async ({ page, sandbox, errors }) => {
  await page.goto(sandbox.url);
  await choose(page, { name: 'old.mbox', text: mbox(250) }, { name: 'photo.jpg', text: '\xff\xd8' });
  await importing(page).getByLabel('Mailbox').fill('');
  await importing(page).getByRole('button', { name: 'Import' }).click();
  await expect(importing(page).getByRole('alert')).toHaveText('Which mailbox?');
  await importing(page).getByLabel('Mailbox').fill('archive');
  await importing(page).getByRole('button', { name: 'Import' }).click();
  await expect(importing(page).getByRole('status')).toHaveText('250 messages imported; 1 not:');
  await expect(importing(page).getByRole('list', { name: 'Not imported' })).toHaveText(
    'photo.jpg: it is no mail',
  );
  await importing(page).getByRole('button', { name: 'Show' }).click();
  await rowOf(page, 'Imported 249').click();
  await expect(reader(page)).toContainText(/From\s*app@shop\.test/);
  await expect(page.getByRole('complementary', { name: 'Journey' })).toContainText(
    'put into the mailbox archive',
  );
  await page.keyboard.press('/');
  await page.keyboard.type('word17');
  await expect(rowOf(page, 'Imported 17')).toBeVisible();
  expect(errors).toEqual([]);
});

test('a message file dropped on the window is handed in as if it was sent', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  const files = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Subject: Dropped\nTo: root@localhost\n\nx\n'], 'a.eml'));
    return transfer;
  });
  // A drag that goes on says so all the time; what is shown for it goes soon after the last time.
  await expect(async () => {
    await page.dispatchEvent('body', 'dragover', { dataTransfer: files });
    await expect(page.getByText('Drop .eml, mbox or ZIP files')).toBeVisible({ timeout: 150 });
  }).toPass();
  await page.dispatchEvent('body', 'drop', { dataTransfer: files });
  await importing(page).getByLabel('As').selectOption('sent');
  await importing(page).getByLabel('Envelope sender').fill('app@shop.test');
  await importing(page).getByRole('button', { name: 'Import' }).click();
  await expect(importing(page).getByRole('status')).toHaveText('1 message imported.');
  await importing(page).getByRole('button', { name: 'Done' }).click();
  await rowOf(page, 'Dropped').click();
  await expect(reader(page)).toContainText('sendmail');
  await expect(page.getByRole('complementary', { name: 'Journey' })).toContainText(
    'delivered to the mailbox',
  );
});

test('an import that is cancelled keeps what came in, and says so', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  const entry = `${FROM}Subject: Many\n\n${'x'.repeat(40_000)}\n\n`;
  await choose(page, { name: 'big.mbox', text: entry.repeat(1200) });
  await importing(page).getByRole('button', { name: 'Import' }).click();
  await expect(importing(page).getByRole('progressbar')).toBeVisible();
  await importing(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(importing(page).getByRole('status')).toHaveText(
    /imported, then cancelled: what was imported stays/,
  );
  const text = (await importing(page).getByRole('status').textContent()) ?? '';
  await importing(page).getByRole('button', { name: 'Done' }).click();
  const imported = Number(text.split(' ')[0]?.replaceAll(',', ''));
  expect(imported).toBeLessThan(1200);
  expect(await ids(sandbox)).toHaveLength(Math.min(500, imported));
});

for (const [format, name] of [
  ['mbox', 'All mail.mbox'],
  ['eml', 'All mail.zip'],
  ['maildir', 'All mail-maildir.zip'],
] as const)
  test(`what is exported as ${format} is imported again byte for byte`, async ({ page, sandbox }) => {
    await sandbox.send(
      mail({
        subject: 'Number one',
        text: 'From here\n>From there\n',
        attachments: [{ filename: 'a', content: 'b' }],
      }),
      mail({ subject: 'Two', to: 'customer@example.com' }),
    );
    await page.goto(sandbox.url);
    await rowOf(page, 'Number one').click();
    const before = await raws(sandbox);
    await page.getByRole('button', { name: 'Import or export mail' }).click();
    await page.getByRole('menuitem', { name: 'Export mail' }).click();
    await exporting(page).getByLabel('As').selectOption(format);
    const download = page.waitForEvent('download');
    await exporting(page).getByRole('button', { name: 'Export' }).click();
    expect((await download).suggestedFilename()).toBe(name);
    const file = path.join(sandbox.folders.root, name);
    await (await download).saveAs(file);
    await choose(page, { name, text: readFileSync(file) });
    await importing(page).getByLabel('Mailbox').fill('again');
    await importing(page).getByRole('button', { name: 'Import' }).click();
    await expect(importing(page).getByRole('status')).toHaveText(`${before.length} messages imported.`);
    expect(await raws(sandbox)).toEqual([...before, ...before].sort());
    await importing(page).getByRole('button', { name: 'Show' }).click();
    await rowOf(page, 'Two').click();
    await expect(reader(page)).toContainText('customer@example.com');
  });

test('the selected message alone is exported by keyboard, as other programs read it', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(mail({ subject: 'Chosen' }), mail({ subject: 'Other' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Chosen').click();
  await page.keyboard.press('E');
  await exporting(page).getByLabel('What').selectOption('selected');
  const download = page.waitForEvent('download');
  await page.keyboard.press('Tab');
  await exporting(page).getByRole('button', { name: 'Export' }).click();
  const file = path.join(sandbox.folders.root, 'one.mbox');
  await (await download).saveAs(file);
  const text = readFileSync(file, 'latin1');
  expect(text.match(/^From noreply@shop\.test /gm)).toHaveLength(1);
  expect(text).toContain('Subject: Chosen\n');
  writeFileSync(file, text);
  const { exit } = await runSandpost(sandbox.folders, ['mail', 'import', '--into', 'cli', file]);
  expect(exit).toBe(0);
});

test('a message is dragged out of the list as a file', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Dragged' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Dragged').dispatchEvent('pointerdown');
  const data = await page.evaluateHandle(() => new DataTransfer());
  await rowOf(page, 'Dragged').dispatchEvent('dragstart', { dataTransfer: data });
  const dragged = await data.evaluate((transfer) => transfer.getData('DownloadURL'));
  const [, name, url = ''] = /^message\/rfc822:(message-\d+\.eml):(http.*)$/.exec(dragged) ?? [];
  expect(name).toMatch(/^message-\d+\.eml$/);
  const answer = await fetch(url);
  expect(answer.headers.get('content-type')).toBe('message/rfc822');
  expect(await answer.text()).toContain('Subject: Dragged');
  await expect(rowOf(page, 'Dragged')).toHaveAttribute('draggable', 'true');
});
