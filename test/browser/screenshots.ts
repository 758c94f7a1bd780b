/**
 * Pictures of every view with mail in it, light and dark, wide and narrow: to look at, and for README.
 *
 *   node test/browser/screenshots.ts [FOLDER]      (default: assets/screenshots)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { chromium, type Page } from 'playwright-core';
import { createFolders, runSandpost, startSandbox } from '../support/sandbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const FOLDER = path.resolve(process.argv[2] ?? 'assets/screenshots');

const cell = 'padding:9px 0;border-bottom:1px solid #e4dfd6';
const RECEIPT = `<!doctype html><html lang="en"><body style="margin:0;font:15px/1.5 Inter,Helvetica,Arial,sans-serif;color:#222">
<div style="max-width:520px;margin:0 auto;padding:28px 34px"><h1 style="font-size:22px;margin:0 0 8px">Thanks, Robin.</h1>
<p style="color:#555">Your order has shipped. Here is what you bought:</p>
<table width="100%" style="border-collapse:collapse"><tr><td style="${cell}">Postcards, sand, 20 pcs<td align="right" style="${cell}">€ 12.00</tr>
<tr><td style="${cell}">Stamps<td align="right" style="${cell}">€ 8.50</tr>
<tr><td style="padding:9px 0"><b>Total</b><td align="right"><b>€ 20.50</b></tr></table>
<p><a href="https://shop.test/track" style="display:inline-block;background:#0f6e66;color:#fff;border-radius:6px;padding:9px 18px;font-weight:600;text-decoration:none">Track the parcel</a></p>
<img src="https://shop.test/pixel.png" width="1" height="1" alt=""></div></body></html>`;

const MAIL: readonly SendMailOptions[] = [
  {
    from: 'Newsletter <news@app.test>',
    to: 'you@localhost',
    subject: 'November: what is new',
    text: 'View in browser · Unsubscribe',
  },
  {
    from: 'ci@build.test',
    to: 'you@localhost',
    subject: 'Build 8812 failed on main',
    text: 'Step 4 of 9: lint',
    headers: { 'X-CI': '8812' },
  },
  {
    from: 'billing@app.test',
    to: 'dev@partner.test',
    subject: 'Invoice 2026-11',
    text: 'Please find attached.',
  },
  {
    from: 'Auth <auth@app.test>',
    to: 'alice@localhost',
    subject: 'Confirm your address',
    text: 'One click and you are in.',
    attachments: [{ filename: 'how-to.txt', content: 'Click.' }],
  },
  {
    from: 'cron@localhost',
    to: 'root@localhost',
    subject: 'Cron <root@box> backup.sh',
    text: 'backup finished in 81 s',
  },
  {
    from: 'Shop <you@localhost>',
    to: ['postmaster@localhost', 'customer@example.com'],
    subject: 'Your receipt #20418',
    text: 'Thanks for your order. We have packed it and it is on its way.',
    html: RECEIPT,
    attachments: [
      { filename: 'receipt-20418.pdf', content: Buffer.alloc(9_000, 'x'), contentType: 'application/pdf' },
    ],
  },
];

const sizes = {
  wide: { width: 1360, height: 850 },
  narrow: { width: 480, height: 850 },
  large: { width: 1920, height: 1080 },
};

async function configure(folders: ReturnType<typeof createFolders>): Promise<void> {
  const at = (name: string) => path.join(folders.configDir, name);
  for (const name of ['you', 'alice']) await runSandpost(folders, ['user', 'add', name]);
  writeFileSync(at('aliases'), '# See aliases(5).\npostmaster: root\nroot: you\n');
  writeFileSync(at('transport'), 'partner.test retry:4.7.1 Greylisted for 300 seconds\n');
  writeFileSync(at('header_checks'), '/^X-CI:/ HOLD\n');
  await runSandpost(folders, ['newaliases']);
  const settings = [
    'transport_maps=texthash:$config_directory/transport',
    'header_checks=regexp:$config_directory/header_checks',
  ];
  await runSandpost(folders, ['postconf', '-e', ...settings]);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(600);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
}

async function views(page: Page, url: string, suffix: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('option').filter({ hasText: 'receipt' }).first().click();
  await page.frameLocator('iframe').getByText('Thanks, Robin').waitFor();
  await picture(page, `mail-${suffix}`);
  await page.goto(`${url}/#/queue`);
  await page.getByRole('grid').getByRole('row').filter({ hasText: 'partner' }).click();
  await picture(page, `queue-${suffix}`);
  await page.goto(`${url}/#/config`);
  await page.getByLabel('Text of main.cf').getByText('mydestination').first().click();
  await picture(page, `config-${suffix}`);
  await page.goto(`${url}/#/lab`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('region', { name: /^In use/ }).waitFor();
  await picture(page, `lab-${suffix}`);
  await page.goto(`${url}/#/log`);
  await page.getByRole('grid').getByRole('row').filter({ hasText: 'status=' }).last().click();
  await picture(page, `log-${suffix}`);
}

mkdirSync(FOLDER, { recursive: true });
const folders = createFolders();
await runSandpost(folders, ['check']);
await configure(folders);
const server = await startSandbox(folders);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});

async function firstStart(): Promise<void> {
  const page = await browser.newPage({ viewport: sizes.wide });
  await page.goto(server.http);
  await page.getByText('Send the first mail').waitFor();
  await picture(page, 'first-start');
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.smtpPort,
    pool: true,
    maxConnections: 1,
  });
  for (const message of MAIL) await transport.sendMail(message);
  transport.close();
  await waitUntil(
    async () => (await page.getByRole('option').count()) > MAIL.length,
    'all mail and the notice',
  );
  await page.close();
}

async function inScheme(colorScheme: 'light' | 'dark'): Promise<void> {
  const page = await browser.newPage({ viewport: sizes.wide, colorScheme });
  for (const [name, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    await views(page, server.http, name === 'wide' ? colorScheme : `${name}-${colorScheme}`);
  }
  await page.close();
}

try {
  await firstStart();
  for (const scheme of ['light', 'dark'] as const) await inScheme(scheme);
} finally {
  await browser.close();
  await server.stop();
  folders.remove();
}
