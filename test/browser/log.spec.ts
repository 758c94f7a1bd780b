import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { SmtpLine } from '../support/smtp-line.ts';
import { expect, mail, test } from './sandbox.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Log' });

test('lines appear as they are written, lead to their message and are filtered by it', async ({
  page,
  sandbox,
  errors,
}) => {
  await page.goto(`${sandbox.url}/#/log`);
  await expect(page.getByRole('link', { name: 'Lines' })).toHaveAttribute('aria-current', 'page');
  await sandbox.send(mail({ subject: 'Traced' }), mail({ subject: 'Other' }));
  const delivered = grid(page).getByRole('row').filter({ hasText: 'status=sent' }).first();
  await delivered.click();
  const detail = page.getByRole('region', { name: 'Line' });
  await expect(detail).toContainText('relay=local');
  await detail.getByRole('link', { name: /^Lines of [0-9A-F]+$/ }).click();
  await expect(page).toHaveURL(/#\/log\/message\/[0-9A-F]+$/);
  const [queueId = ''] = /[0-9A-F]+$/.exec(page.url()) ?? [];
  await expect(grid(page).getByRole('row').filter({ hasText: 'removed' })).toHaveCount(1);
  for (const row of await grid(page).getByRole('row').all()) await expect(row).toContainText(queueId);
  await page.getByRole('button', { name: 'Open the message' }).click();
  await expect(page.getByRole('article').getByRole('heading', { name: 'Traced' })).toBeVisible();
  await page.getByRole('link', { name: 'its lines in the log' }).click();
  await expect(page).toHaveURL(new RegExp(`#/log/message/${queueId}$`));
  await expect(grid(page).getByRole('row').filter({ hasText: 'removed' })).toHaveCount(1);
  expect(errors).toEqual([]);
});

test('a session has its transcript and its own lines, with the password hidden', async ({
  page,
  sandbox,
}) => {
  await page.goto(`${sandbox.url}/#/sessions`);
  await expect(page.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
  const [one, other] = [new SmtpLine(sandbox.smtpPort), new SmtpLine(sandbox.smtpPort)];
  await one.reply();
  await other.reply();
  await other.say('EHLO other.test');
  await one.say('EHLO one.test');
  await one.say('AUTH PLAIN AHVzZXIAc2VjcmV0');
  await one.say('MAIL FROM:<a@b.test>');
  await one.say('RCPT TO:<root@localhost>');
  await one.say('DATA');
  await one.say('Subject: By hand\r\n\r\nHidden content\r\n.');
  await one.say('QUIT');
  const row = page.getByRole('option').filter({ hasText: 'one.test' });
  await expect(row).toContainText('1 message');
  await expect(page.getByRole('option').filter({ hasText: 'other.test' })).toContainText('under way');
  await row.click();
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await expect(transcript).toContainText('AUTH PLAIN (hidden)');
  await expect(transcript).toContainText('queued as');
  await expect(transcript).not.toContainText('AHVzZXIAc2VjcmV0');
  await expect(transcript).not.toContainText('Hidden content');
  await page.getByRole('link', { name: 'Log lines' }).click();
  await expect(grid(page).getByRole('row').filter({ hasText: 'disconnect from' })).toHaveCount(1);
  await expect(grid(page).getByRole('row').filter({ hasText: 'connect from' })).toHaveCount(2);
  other.close();
  one.close();
});

test('filters combine, and what they let through is exported', async ({ page, sandbox, host }) => {
  test.skip(host === 'desktop', 'Playwright hears of no downloads there');
  await sandbox.send(mail({ to: ['root@localhost', 'x@example.com'] }));
  await page.goto(`${sandbox.url}/#/log`);
  await page.getByLabel('Program').selectOption('error');
  // the message, and the notice about it
  await expect(grid(page).getByRole('row')).toHaveCount(2);
  await expect(grid(page).getByRole('row').first()).toContainText('status=bounced');
  await page.getByLabel('Text', { exact: true }).fill('nowhere');
  await expect(page.getByRole('heading', { name: 'No line passes the filter' })).toBeVisible();
  await page.getByLabel('Text', { exact: true }).fill('X@EXAMPLE');
  await expect(grid(page).getByRole('row')).toHaveCount(1);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const file = path.join(sandbox.folders.root, 'export.log');
  await (await download).saveAs(file);
  expect(readFileSync(file, 'utf8')).toMatch(/^.* postfix\/error\[\d+\]: .*to=<x@example\.com>.*\n$/);
});

test('100,000 lines scroll by keyboard, and stay with the newest while they are followed', async ({
  page,
  sandbox,
}) => {
  const lines = Array.from(
    { length: 100_000 },
    (_, n) => `Nov 28 19:00:00 box postfix/qmgr[1]: line number ${n + 1} of many\n`,
  );
  appendFileSync(path.join(sandbox.folders.dataDir, 'mail.log'), lines.join(''));
  await page.goto(`${sandbox.url}/#/log`);
  await expect(grid(page)).toContainText('line number 100000 of many');
  await expect(page.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'true');
  await grid(page).focus();
  await page.keyboard.press('Home');
  await expect(grid(page)).toContainText('line number 1 of many');
  await expect(page.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'false');
  await sandbox.send(mail());
  await expect(page.getByRole('search').getByRole('status')).not.toHaveText(/^100,00\d lines$/);
  await expect(grid(page)).toContainText('line number 1 of many');
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(grid(page)).toContainText('disconnect from');
  await page.getByLabel('Text', { exact: true }).fill('number 77777 ');
  await expect(grid(page).getByRole('row')).toHaveCount(1);
  await grid(page).getByRole('row').click();
  await page.getByRole('button', { name: 'Show it among all lines' }).click();
  await expect(grid(page)).toContainText('line number 77778 of many');
});
