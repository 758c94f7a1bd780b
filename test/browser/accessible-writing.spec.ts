import { expect, mail, reader, rowOf, test } from './sandbox.ts';
import { violations } from './violations.ts';

for (const colorScheme of ['light', 'dark'] as const)
  for (const viewport of [
    { width: 1360, height: 850 },
    { width: 480, height: 800 },
  ])
    test.describe(`${colorScheme}, ${viewport.width} wide`, () => {
      test.use({ colorScheme, viewport });

      test('writing, resending, importing and exporting', async ({ page, sandbox }) => {
        await sandbox.send(mail({ subject: 'Full', attachments: [{ filename: 'a.txt', content: 'a' }] }));
        await page.goto(sandbox.url);
        await rowOf(page, 'Full').click();
        await expect(reader(page).getByRole('heading', { name: 'Full' })).toBeVisible();
        await page.keyboard.press('f');
        const panel = page.getByRole('form', { name: /^Compose/ });
        await panel.getByRole('button', { name: 'Cc, Bcc' }).click();
        await panel.getByRole('button', { name: 'Send', exact: true }).click();
        await expect(panel.getByRole('alert')).toBeVisible();
        expect(await violations(page), 'compose').toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await panel.getByLabel('Subject').fill('Changed');
        await panel.getByRole('button', { name: 'Close' }).click();
        await expect(page.getByRole('alertdialog')).toBeVisible();
        expect(await violations(page), 'leave').toEqual([]);
        await page.getByRole('button', { name: 'Keep as draft' }).click();
        await expect(page.getByRole('button', { name: '1 draft' })).toBeVisible();
        await reader(page).getByRole('button', { name: 'More to do with it' }).click();
        await page.getByRole('menuitem', { name: 'Resend' }).click();
        await expect(page.getByRole('dialog', { name: 'Resend' })).toBeVisible();
        expect(await violations(page), 'resend').toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
        await page.keyboard.press('E');
        await expect(page.getByRole('dialog', { name: 'Export mail' })).toBeVisible();
        expect(await violations(page), 'export').toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
        const file = { name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([255]) };
        await page.getByLabel('Files to import').setInputFiles(file);
        await expect(page.getByRole('dialog', { name: 'Import mail' })).toBeVisible();
        expect(await violations(page), 'import').toEqual([]);
        await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
        await expect(page.getByRole('button', { name: 'Done' })).toBeVisible();
        expect(await violations(page), 'imported').toEqual([]);
      });
    });
