import net from 'node:net';
import { expect, test } from './sandbox.ts';

/** Speaks SMTP by hand: one command after each reply. */
async function talk(port: number, commands: readonly string[]): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  const left = [...commands];
  for await (const chunk of socket) {
    const isFinal = /^\d{3} .*\r\n$/m.test(String(chunk));
    const next = left.shift();
    if (isFinal && next !== undefined) socket.write(`${next}\r\n`);
  }
}

test('a refused session is kept with its transcript', async ({ page, sandbox }) => {
  await page.goto(`${sandbox.url}/#/mail/refused`);
  await expect(page.getByRole('heading', { name: 'Nobody was refused' })).toBeVisible();
  await talk(sandbox.smtpPort, ['EHLO app.test', 'MAIL FROM:<a@b.test> SIZE=999999999999', 'QUIT']);
  const row = page.getByRole('option').first();
  await expect(row).toContainText('552 5.3.4');
  await row.click();
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await expect(transcript).toContainText('EHLO app.test');
  await expect(transcript).toContainText('552 5.3.4');
});
