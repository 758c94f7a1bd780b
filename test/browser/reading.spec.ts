/** Reading a message: its tabs, its parts, messages inside of it, what is attached. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { openLoopbackServer } from './loopback-server.ts';
import { expect, mail, reader, rowOf, test, type Sandbox } from './sandbox.ts';

const SAMPLES = new URL('../../assets/samples/', import.meta.url);
const sample = (name: string) => ({
  envelope: { from: 'shop@shop.test', to: ['root@localhost'] },
  raw: readFileSync(new URL(`${name}.eml`, SAMPLES)),
});

async function open(page: Page, sandbox: Sandbox, subject: string, tab?: string): Promise<void> {
  await page.goto(sandbox.url);
  await rowOf(page, subject).first().click();
  if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
}
const part = (page: Page, words: string) => page.getByRole('treeitem').filter({ hasText: words });
const about = (page: Page) => page.getByRole('region', { name: 'About the part' });

test('headers are shown decoded and as they stand, and filtered', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Grüße aus Köln' }));
  await open(page, sandbox, 'Grüße', 'Headers');
  const headers = page.getByRole('region', { name: 'Headers' });
  await page.getByLabel('Filter headers').fill('subject:');
  await expect(headers).toHaveText(/Subject\s*Grüße aus Köln/);
  await page.getByRole('button', { name: 'Raw', exact: true }).click();
  await expect(headers).toHaveText(/Subject\s*=\?UTF-8\?/);
  await page.getByLabel('Filter headers').fill('no such header');
  await expect(headers).toContainText('No header has “no such header” in it.');
});

test('parts form a tree that the keyboard walks; each has its header, sizes, checksum and source', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(sample('forwarded'));
  await open(page, sandbox, 'Fwd: photos', 'Parts');
  await expect(part(page, 'multipart/mixed').first()).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tree').focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowDown');
  await expect(part(page, 'card.png')).toHaveAttribute('aria-selected', 'true');
  await expect(about(page)).toContainText('base64');
  await expect(about(page)).toContainText('618 B (618 bytes)');
  await expect(about(page)).toContainText('452 B (452 bytes)');
  await expect(about(page)).toContainText(
    'acbe4de2d445bac4ceb88648cc80cf5964a97581bad14c40e90c0085f26e933bd'.slice(0, 8),
  );
  await expect(about(page)).toContainText('Content-Disposition: attachment; filename="card.png"');
  await expect(about(page).getByRole('img', { name: 'card.png' })).toHaveJSProperty('naturalWidth', 80);
  await page.getByRole('button', { name: 'Source', exact: true }).click();
  await expect(page.getByLabel('Source of part 2.2')).toContainText('iVBORw0KGgo');
});

test('a message inside of a message opens as one, however deep, and Back leaves it', async ({
  page,
  sandbox,
  errors,
}) => {
  await sandbox.send(sample('forwarded'));
  await open(page, sandbox, 'Fwd: photos', 'Text');
  await page.getByRole('button', { name: /^Message 2/ }).click();
  await expect(reader(page).getByRole('heading', { name: 'photos', exact: true })).toBeVisible();
  await expect(reader(page)).toContainText('Two levels down there is a card.');
  await page.getByRole('button', { name: /^Message 3/ }).click();
  await expect(reader(page).getByRole('heading', { name: 'innermost' })).toBeVisible();
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.getByLabel('Source of the message')).toContainText('From: carol@app.test');
  expect(page.url()).toMatch(/\/inside\/2,3$/);
  await page.reload();
  await expect(reader(page).getByRole('heading', { name: 'innermost' })).toBeVisible();
  await reader(page).getByRole('button', { name: /^In / }).click();
  await expect(reader(page).getByRole('heading', { name: 'photos', exact: true })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expect(reader(page).getByRole('heading', { name: 'Fwd: photos' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('the source is exact, says its line ends, and is copied', async ({ page, sandbox, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const raw = 'Subject: Exact\r\nX-Odd:  two  blanks \r\n\r\nline\r\n\r\nend without line end';
  await sandbox.send({ envelope: { from: 'a@b.test', to: ['root@localhost'] }, raw });
  await open(page, sandbox, 'Exact', 'Source');
  await expect(reader(page)).toContainText('CRLF line ends');
  await page.getByRole('button', { name: 'Copy the source' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  // SMTP ends the last line.
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${raw}\r\n`);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save .eml' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe(`${raw}\r\n`);
});

test('attachments are named safely, saved alone and all together', async ({ page, sandbox }) => {
  await sandbox.send(sample('file-names'));
  await open(page, sandbox, 'Names that');
  const group = page.getByRole('group', { name: 'Attachments' });
  await expect(group.getByRole('listitem')).toHaveCount(6);
  for (const name of ['passwd', 'autoexec.bat', 'invoicefdp.exe', '_CON.txt']) {
    await expect(group.getByRole('link', { name: `Save ${name}`, exact: true })).toBeVisible();
  }
  const download = page.waitForEvent('download');
  await group.getByRole('link', { name: /^Save all 6/ }).click();
  const archive = readFileSync(await (await download).path());
  expect((await download).suggestedFilename()).toMatch(/^attachments-\d+\.zip$/);
  expect(archive.readUInt16LE(archive.length - 22 + 10)).toBe(6);
  expect(archive.includes('..')).toBe(false);
  await group.getByRole('button', { name: /^invoicefdp.exe/ }).click();
  await expect(about(page)).toContainText('\\u202e');
});

test('an invitation, a contact, winmail.dat and signed mail are shown as what they are', async ({
  page,
  sandbox,
}) => {
  const card = 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Robin Doe\r\nTEL;TYPE=cell:+1-555\r\nEND:VCARD\r\n';
  await sandbox.send(
    sample('calendar-invite'),
    mail({
      subject: 'Kinds',
      attachments: [
        { filename: 'robin.vcf', content: card, contentType: 'text/vcard' },
        { filename: 'winmail.dat', content: 'x', contentType: 'application/octet-stream' },
        { filename: 'smime.p7s', content: 'x', contentType: 'application/pkcs7-signature' },
      ],
    }),
  );
  await open(page, sandbox, 'Invitation', 'HTML');
  const calendar = page.getByRole('region', { name: 'Calendar' });
  await expect(calendar).toContainText('Lunch by the harbour');
  await expect(calendar).toContainText('24 November 2026 12:30');
  await open(page, sandbox, 'Kinds');
  const group = page.getByRole('group', { name: 'Attachments' });
  await expect(group).toContainText('Outlook container (TNEF)');
  await expect(group).toContainText('Signature, not verified');
  await group.getByRole('button', { name: /^robin.vcf/ }).click();
  await expect(about(page).getByRole('heading', { name: 'Robin Doe' })).toBeVisible();
  await expect(about(page)).toContainText('Telephone (cell)');
});

test('a bounce leads to the message it is about and back, with its status as a table', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(mail({ subject: 'Lost', from: 'root@localhost', to: 'nobody@outside.test' }));
  await open(page, sandbox, 'Undelivered');
  const report = page.getByRole('region', { name: 'Delivery report' });
  await expect(report.getByRole('row').nth(1)).toHaveText(
    /nobody@outside\.test\s*failed\s*5\.\d\.\d.*outside mail is not deliverable/,
  );
  await reader(page).getByRole('button', { name: 'Lost' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Lost' })).toBeVisible();
  await reader(page).getByRole('button', { name: 'Undelivered Mail Returned to Sender' }).click();
  await expect(report).toBeVisible();
});

test('a report from another server leads to the message that passed through here', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(mail({ subject: 'Went on' }));
  await open(page, sandbox, 'Went on');
  const queueId = /queue id (\w+)/.exec((await reader(page).textContent()) ?? '')?.[1] ?? '';
  const raw = [
    'From: MAILER-DAEMON@mx.test',
    'Subject: Failure notice',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.test',
    '',
    'Final-Recipient: rfc822; who@mx.test',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Received: from app by localhost (Postfix) with ESMTP id ${queueId}`,
    'Subject: Went on',
    '--b--',
    '',
  ].join('\r\n');
  await sandbox.send({ envelope: { from: '', to: ['root@localhost'] }, raw });
  await rowOf(page, 'Failure notice').click();
  await expect(page.getByRole('region', { name: 'Delivery report' })).toContainText(
    'no such mailbox, for good',
  );
  await reader(page).getByRole('button', { name: 'Went on' }).click();
  await expect(reader(page).getByRole('heading', { name: 'Went on' })).toBeVisible();
});

test('a message that cannot be read in full is listed, with the reason and its source', async ({
  page,
  sandbox,
}) => {
  await sandbox.send(sample('broken-boundary'));
  await open(page, sandbox, 'The boundary says');
  await expect(reader(page)).toContainText('multipart whose boundary does not occur in it');
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.getByLabel('Source of the message')).toContainText('--what-the-parts-say');
});

test('a message is printed as a page of its own, without what is remote', async ({ page, sandbox }) => {
  await sandbox.send(
    mail({ subject: 'On paper', html: '<p>Hello paper</p><script>document.title="ran"</script>' }),
  );
  await open(page, sandbox, 'On paper');
  await expect(reader(page).getByRole('heading', { name: 'On paper' })).toBeVisible();
  // The dialog of a browser without a screen does nothing: what it would have printed is noted.
  await page.evaluate(() => {
    document.addEventListener(
      'load',
      ({ target }) => {
        if (!(target instanceof HTMLIFrameElement) || target.contentWindow === null) return;
        const words = target.contentDocument?.body.innerText ?? '';
        target.contentWindow.print = () => {
          document.documentElement.dataset['printed'] = words;
        };
      },
      true,
    );
  });
  await page.keyboard.press('Control+p');
  await expect(page.locator('html')).toHaveAttribute('data-printed', /Subject\s+On paper[^]*Hello paper/);
  await page.goto(`${sandbox.url}/resource/message/1/print`);
  await expect(page.getByText('Hello paper')).toBeVisible();
  expect(await page.title()).not.toBe('ran');
});

test('checks count what is wrong, name the line, score clients, and ask links on this machine only', async ({
  page,
  sandbox,
}) => {
  const server = await openLoopbackServer();
  const raw = [
    'From: news@app.test',
    'To: a@b.test',
    'Subject: Checked',
    'Subject: Twice',
    'Message-ID: <1@app.test>',
    'Date: yesterday',
    'List-Unsubscribe: <https://app.test/off>',
    'MIME-Version: 1.0',
    'Content-Type: text/html',
    '',
    '<p>x</p>',
    `<div style="display:flex"><a href="${server.base}/page">here</a> <a href="http://far.test/">there</a></div>`,
    '',
  ].join('\r\n');
  await sandbox.send({ envelope: { from: 'a@b.test', to: ['root@localhost'] }, raw });
  await open(page, sandbox, 'Checked');
  // Two subjects, the date, no plain text, no one-click, one link without TLS.
  await expect(page.getByRole('tab', { name: 'Checks' })).toHaveText(/Checks\s*5/);
  await page.getByRole('tab', { name: 'Checks' }).click();
  const checks = page.getByRole('region', { name: 'Checks' });
  await expect(checks).toContainText('Subject stands there 2 times');
  await expect(checks).toContainText('List-Unsubscribe-Post is missing');
  const flex = checks.getByRole('group').filter({ has: page.getByText('display:flex', { exact: true }) });
  await expect(flex).toContainText('line 2');
  await flex.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(flex).toContainText('<div style="display:flex">');
  await expect(checks).toContainText('Outlook');
  expect(server.hits).toEqual([]);
  await checks.getByRole('button', { name: 'Ask the 1 on this machine' }).click();
  await expect(checks).toContainText('200');
  expect(server.hits.map(({ path }) => path)).toEqual(['/page']);
  server.close();
});
