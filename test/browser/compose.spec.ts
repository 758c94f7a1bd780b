import type { Page } from '@playwright/test';
import { openLoopbackServer } from './loopback-server.ts';
import { expect, mail, reader, rowOf, test, type Sandbox } from './sandbox.ts';

const panel = (page: Page) => page.getByRole('form', { name: /^Compose/ });
const field = (page: Page, name: string) => panel(page).getByLabel(name, { exact: true });
const saved = (page: Page) => expect(panel(page).getByRole('status')).toHaveText('Draft saved');

async function open(page: Page, sandbox: Sandbox, subject?: string): Promise<void> {
  await page.goto(sandbox.url);
  if (subject === undefined)
    return expect(page.getByRole('heading', { name: 'Send the first mail' })).toBeVisible();
  await rowOf(page, subject).click();
  await expect(reader(page).getByRole('heading', { name: subject })).toBeVisible();
}

test('a message is written by keyboard, sent as sendmail would, and read', async ({
  page,
  sandbox,
  errors,
}) => {
  await open(page, sandbox);
  await page.keyboard.press('c');
  await expect(field(page, 'To')).toBeFocused();
  await page.keyboard.type('root, Büro <office@localhost>');
  await field(page, 'Subject').fill('Grüße');
  await field(page, 'Text of the message').fill('c r j e are only letters here');
  await panel(page).getByRole('button', { name: 'HTML' }).click();
  await field(page, 'HTML of the message').fill('<h1>As HTML</h1>');
  await page.getByLabel('Files to attach').setInputFiles({
    name: 'note.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('attached'),
  });
  await expect(panel(page).getByRole('list', { name: 'Attachments' })).toContainText('note.txt');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(panel(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Grüße' })).toBeVisible();
  await expect(reader(page)).toContainText('sendmail');
  await expect(page.getByRole('region', { name: 'Journey' })).toContainText('submitted by user id');
  await page.getByRole('tab', { name: 'HTML' }).click();
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'As HTML' })).toBeVisible();
  await page.getByRole('tab', { name: 'Parts' }).click();
  await expect(reader(page)).toContainText('note.txt');
  expect(errors).toEqual([]);
});

test('what is typed survives the window, and is asked about before it is thrown away', async ({
  page,
  sandbox,
}) => {
  await open(page, sandbox);
  await page.keyboard.press('c');
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await page.keyboard.press('c');
  await page.keyboard.type('root');
  await field(page, 'Text of the message').fill('Half a thought');
  await saved(page);
  await page.reload();
  await page.getByRole('button', { name: '1 draft' }).click();
  await page.getByRole('menuitem', { name: /Half a thought/ }).click();
  await expect(field(page, 'Text of the message')).toHaveValue('Half a thought');
  await field(page, 'Subject').press('Escape');
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Throw this message away?');
  await page.keyboard.press('Escape');
  await expect(field(page, 'Text of the message')).toHaveValue('Half a thought');
  await panel(page).getByRole('button', { name: 'Close' }).click();
  await question.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(page.getByRole('button', { name: '1 draft' })).toBeVisible();
  await page.getByRole('button', { name: '1 draft' }).click();
  await page.getByRole('menuitem', { name: /Half a thought/ }).click();
  await panel(page).getByRole('button', { name: 'Close' }).click();
  await question.getByRole('button', { name: 'Throw away' }).click();
  await expect(panel(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: /draft/ })).toHaveCount(0);
});

test('what cannot be sent says why: in words of ours, or in those of the listener', async ({
  page,
  sandbox,
}) => {
  await open(page, sandbox);
  await page.getByRole('button', { name: 'Compose a message' }).click();
  await field(page, 'To').fill('no address');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(panel(page).getByRole('alert')).toContainText('To: “no address” is not an address.');
  await field(page, 'To').fill('x@[bad]');
  await field(page, 'How it is sent').selectOption({ index: 1 });
  await panel(page).getByRole('button', { name: 'Send' }).click();
  await expect(panel(page).getByRole('alert')).toContainText('x@[bad]: 501 5.1.3');
  await field(page, 'To').fill('root@localhost');
  await panel(page).getByRole('button', { name: 'Send' }).click();
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(reader(page)).toContainText('ESMTP');
});

test('replies and forwards say what they are about', async ({ page, sandbox }) => {
  await sandbox.send(
    mail({
      subject: 'Receipt',
      to: 'root@localhost, b@x.test',
      messageId: '<1@shop.test>',
      attachments: [{ filename: 'bill.txt', content: 'twenty' }],
    }),
  );
  await open(page, sandbox, 'Receipt');
  await page.keyboard.press('a');
  await expect(field(page, 'To')).toHaveValue('Shop <noreply@shop.test>');
  await expect(field(page, 'Cc')).toHaveValue('b@x.test');
  await expect(field(page, 'From')).toHaveValue('root@localhost');
  await expect(field(page, 'Text of the message')).toBeFocused();
  await page.keyboard.type('Thank you');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Re: Receipt' })).toBeVisible();
  await page.getByRole('tab', { name: 'Headers' }).click();
  await page.getByLabel('Filter headers').fill('in-reply');
  await expect(page.getByRole('region', { name: 'Headers' })).toContainText('<1@shop.test>');
  await page.getByRole('tab', { name: 'Text' }).click();
  await expect(reader(page)).toContainText('> Thanks for your order.');

  await rowOf(page, 'Receipt').filter({ hasNotText: 'Re:' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Receipt', exact: true })).toBeVisible();
  await page.keyboard.press('f');
  await expect(panel(page).getByRole('list', { name: 'Attachments' })).toContainText('bill.txt');
  await expect(field(page, 'Text of the message')).toHaveValue(/Forwarded message[^]*Thanks for your order/);
  await panel(page).getByRole('button', { name: 'Close' }).click();
  await reader(page).getByRole('button', { name: 'More to do with it' }).click();
  await page.getByRole('menuitem', { name: 'Forward as attachment' }).click();
  await expect(panel(page).getByRole('list', { name: 'Attachments' })).toContainText('.eml');
  await field(page, 'To').fill('root');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('tab', { name: 'Parts' }).click();
  await expect(reader(page)).toContainText('message/rfc822');
});

test('HTML is forwarded as it looks: with its pictures, a note in front, and nothing loaded', async ({
  page,
  sandbox,
  errors,
}) => {
  const far = await openLoopbackServer();
  const content = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  await sandbox.send(
    mail({
      subject: 'Newsletter',
      text: 'In words',
      html: `<html><body bgcolor="#ffffff"><h1>News</h1><img id="logo" src="cid:logo@shop.test"><img src="${far.base}/far.png"></body></html>`,
      attachments: [
        { filename: 'logo.png', content, cid: 'logo@shop.test' },
        { filename: 'bill.txt', content: 'twenty' },
      ],
    }),
  );
  await open(page, sandbox, 'Newsletter');
  await page.keyboard.press('f');
  const attachments = panel(page).getByRole('list', { name: 'Attachments' });
  await expect(attachments.getByRole('listitem')).toHaveCount(2);
  await expect(attachments.getByLabel('Shown in the HTML')).toHaveCount(1);
  await field(page, 'To').fill('root');
  await field(page, 'Text of the message').press('ControlOrMeta+Home');
  await page.keyboard.type('Look <here>');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Fwd: Newsletter' })).toBeVisible();
  await page.getByRole('tab', { name: 'HTML' }).click();
  const frame = page.frameLocator('iframe');
  await expect(frame.getByText('Look <here>')).toBeVisible();
  await expect(frame.getByText('From: Shop <noreply@shop.test>')).toBeVisible();
  await expect(frame.getByRole('heading', { name: 'News' })).toBeVisible();
  await expect
    .poll(() => frame.locator('#logo').evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBe(1);
  await page.getByRole('tab', { name: 'Text' }).click();
  await expect(reader(page)).toContainText('Look <here>');
  await expect(reader(page)).toContainText('In words');
  expect(far.hits).toEqual([]);
  far.close();
  expect(errors).toEqual([]);
});

test('a file that is dropped on the message is attached', async ({ page, sandbox }) => {
  await open(page, sandbox);
  await page.keyboard.press('c');
  const files = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
    return transfer;
  });
  await panel(page).dispatchEvent('drop', { dataTransfer: files });
  const attachments = panel(page).getByRole('list', { name: 'Attachments' });
  await expect(attachments).toContainText('dropped.txt');
  await attachments.getByRole('button', { name: 'Take dropped.txt off' }).click();
  await expect(attachments).toHaveCount(0);
});

test('a captured message is resent with another envelope, and its journey opens', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(mail({ subject: 'Once more' }));
  await open(page, sandbox, 'Once more');
  await reader(page).getByRole('button', { name: 'More to do with it' }).click();
  await page.getByRole('menuitem', { name: 'Resend' }).click();
  const dialog = page.getByRole('dialog', { name: 'Resend' });
  await expect(dialog.getByLabel('Envelope sender')).toHaveValue('noreply@shop.test');
  await dialog.getByLabel('Envelope recipients').fill('two words');
  await dialog.getByRole('button', { name: 'Resend' }).click();
  await expect(dialog.getByRole('alert')).toContainText('“two words” is not an address.');
  await dialog.getByLabel('Envelope recipients').fill('postmaster@localhost');
  await dialog.getByLabel('Headers').selectOption('marked');
  await dialog.getByRole('button', { name: 'Resend' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Journey' })).toContainText('postmaster');
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.getByLabel('Source of the message')).toContainText('Resent-To: postmaster@localhost');
});

test('a message is injected from a client that is made up, for real', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Captured' }));
  await open(page, sandbox, 'Captured');
  await reader(page).getByRole('button', { name: 'More to do with it' }).click();
  await page.getByRole('menuitem', { name: 'Inject' }).click();
  await expect(page.getByLabel('Message', { exact: true })).toHaveValue(/^captured/);
  await page.getByLabel('Client address').fill('192.0.2.7');
  await page.getByLabel('Client name').fill('mx.far.test');
  await page.getByLabel('HELO').fill('far.test');
  await page.getByRole('button', { name: 'Send for real' }).click();
  await expect(page.getByRole('region', { name: 'Journey' })).toContainText('192.0.2.7');
  await expect(rowOf(page, 'Captured')).toHaveCount(2);
});
