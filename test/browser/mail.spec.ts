import { startSandbox } from '../support/sandbox-process.ts';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const HTML = '<!doctype html><body><h1>Thanks, Robin</h1><img src="https://shop.test/pixel.png"></body>';

test('the first start says how to send mail, with the real port', async ({ page, sandbox }) => {
  await page.goto(sandbox.url);
  await expect(page.getByRole('heading', { name: 'Send the first mail' })).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText(`swaks --server 127.0.0.1:${sandbox.smtpPort}`)).toBeVisible();
  await sandbox.send(mail({ subject: 'The very first' }));
  await expect(rowOf(page, 'The very first')).toBeVisible();
});

test('mail appears without reload, is read, and tells its journey', async ({ page, sandbox, errors }) => {
  await page.goto(sandbox.url);
  await sandbox.send(
    mail({ subject: 'Two ways', to: ['postmaster@localhost', 'customer@example.com'], html: HTML }),
  );
  const row = rowOf(page, 'Two ways');
  await expect(row).toContainText('1 undeliverable');
  await expect(row).toContainText('postmaster →');
  await row.click();
  await expect(reader(page).getByRole('heading', { name: 'Two ways' })).toBeVisible();
  await expect(reader(page)).toContainText('outside mail is not deliverable');
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Thanks, Robin' })).toBeVisible();
  await expect(reader(page)).toContainText('1 remote blocked');
  const journey = page.getByRole('complementary', { name: 'Journey' });
  for (const program of ['smtpd', 'local', 'error']) await expect(journey).toContainText(program);
  await journey.getByRole('link', { name: 'default_transport' }).first().click();
  await expect(page.getByLabel('Text of main.cf')).toBeFocused();
  expect(errors).toEqual([]);
});

test('each tab shows its part of a message', async ({ page, sandbox }) => {
  const attachment = { filename: 'receipt 1.txt', content: 'twenty euros' };
  await sandbox.send(mail({ subject: 'Tabs', html: HTML, attachments: [attachment] }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Tabs').click();
  const tab = (name: string) => page.getByRole('tab', { name });
  await tab('Text').click();
  await expect(reader(page)).toContainText('Thanks for your order.');
  await tab('Headers').click();
  await page.getByLabel('Filter headers').fill('subject');
  await expect(page.getByRole('region', { name: 'Headers' })).toHaveText(/Subject\s*Tabs/);
  await tab('Parts').click();
  await expect(reader(page)).toContainText('receipt 1.txt');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save receipt 1.txt' }).click();
  expect((await download).suggestedFilename()).toBe('receipt 1.txt');
  await tab('Source').click();
  await expect(page.getByLabel('Source of the message')).toContainText('Subject: Tabs');
});

test('a deleted message goes to the Bin and comes back by Undo', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Stays' }), mail({ subject: 'Goes' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Goes').click();
  await page.keyboard.press('e');
  await expect(rowOf(page, 'Goes')).toHaveCount(0);
  await expect(reader(page).getByRole('heading', { name: 'Stays' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rowOf(page, 'Goes')).toBeVisible();
  await rowOf(page, 'Goes').click();
  await page.keyboard.press('Delete');
  await page.getByRole('link', { name: /^Bin/ }).click();
  await rowOf(page, 'Goes').click();
  await page.getByRole('button', { name: 'Delete for good' }).first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
  await expect(rowOf(page, 'Goes')).toHaveCount(0);
});

test('search finds by words, and Escape ends it', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Invoice', text: 'pineapple juice' }), mail({ subject: 'Other' }));
  await page.goto(sandbox.url);
  await expect(page.getByRole('option')).toHaveCount(2);
  await page.keyboard.press('/');
  await page.keyboard.type('pineapple');
  await expect(rowOf(page, 'Other')).toHaveCount(0);
  await expect(rowOf(page, 'Invoice')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rowOf(page, 'Other')).toBeVisible();
  await page.getByLabel('Search mail').fill('nowhere to be found');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
});

test('several messages are selected, marked and deleted together', async ({ page, sandbox }) => {
  await sandbox.send(...['One', 'Two', 'Three', 'Four'].map((subject) => mail({ subject })));
  await page.goto(sandbox.url);
  await rowOf(page, 'Four').click();
  await rowOf(page, 'Two').click({ modifiers: ['Shift'] });
  await rowOf(page, 'Three').click({ modifiers: ['ControlOrMeta'] });
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.keyboard.press('s');
  await expect(rowOf(page, 'Two').getByLabel('starred')).toBeVisible();
  await page.keyboard.press('e');
  await expect(page.getByRole('option')).toHaveCount(2);
});

test('folders, their counts and the address bar agree', async ({ page, sandbox }) => {
  await sandbox.send(
    mail({ subject: 'Inside', to: 'postmaster@localhost' }),
    mail({ subject: 'Out', from: 'postmaster@localhost', to: 'x@example.com' }),
  );
  await page.goto(sandbox.url);
  await page.getByRole('link', { name: 'Undeliverable, 1' }).click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await expect(rowOf(page, 'Out')).toBeVisible();
  await page.goBack();
  await expect(rowOf(page, 'Inside')).toBeVisible();
  await page.getByRole('link', { name: /^postmaster →/ }).click();
  await expect(rowOf(page, 'Inside')).toBeVisible();
  await expect(rowOf(page, 'Out')).toHaveCount(0);
});

test('the window says that the sandbox is gone and goes on when it is back', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Before' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Before')).toBeVisible();
  await sandbox.server.kill();
  await expect(page.getByRole('status').filter({ hasText: 'Offline' })).toBeVisible();
  await expect(rowOf(page, 'Before')).toBeVisible();
  const { host } = new URL(sandbox.url);
  const again = await startSandbox(sandbox.folders, { http: host });
  await expect(
    page.getByRole('status').filter({ hasText: `SMTP 127.0.0.1:${again.smtpPort}` }),
  ).toBeVisible();
  await rowOf(page, 'Before').click();
  await page.keyboard.press('s');
  await expect(rowOf(page, 'Before').getByLabel('starred')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await again.stop();
});
