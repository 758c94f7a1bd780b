import { createTransport } from 'nodemailer';
import { expect, mail, test } from './sandbox.ts';

test('a draft is tried on past mail and refused attempts, and both journeys are shown', async ({
  page,
  sandbox,
  errors,
}) => {
  await sandbox.send(mail({ subject: 'Kept' }), mail({ from: 'spam@bad.test', subject: 'To be refused' }));
  const transport = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort });
  const refused = transport.sendMail(
    mail({ to: 'not..valid@@localhost', envelope: { from: 'a@b.test', to: ['x@[1'] } }),
  );
  await expect(refused).rejects.toThrow();
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(
    'smtpd_sender_restrictions = check_sender_access inline:{{bad.test = REJECT spam}}',
  );
  await page.getByRole('button', { name: 'Try it on past mail…' }).click();
  const dialog = page.getByRole('dialog', { name: 'What would change' });
  await dialog.getByRole('button', { name: 'Try the draft' }).click();
  await expect(dialog.getByRole('status')).toContainText('2 of 3 the same, 1 now refused');
  const row = dialog.getByRole('row', { name: /To be refused/ });
  await expect(row).toContainText('delivered');
  await expect(row).toContainText('554 5.7.1');
  await row.getByRole('button', { name: 'Both journeys' }).click();
  await expect(dialog.getByRole('region', { name: 'Draft' })).toContainText('Differs from step');
  await expect(dialog.getByRole('region', { name: 'In use' })).toContainText('delivered');
  await dialog.getByRole('button', { name: 'Back to the list' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('1 now refused');
  await page.getByRole('button', { name: 'Show them…' }).click();
  await row.getByRole('button', { name: 'Trace' }).click();
  await expect(page.getByLabel('MAIL FROM')).toHaveValue('spam@bad.test');
  await expect(page.getByRole('region', { name: 'Draft' })).toContainText('the recipient is refused');
  expect(errors).toEqual([]);
});

test('a long run tells how far it is and is cancelled', async ({ page, sandbox }) => {
  await sandbox.send(...Array.from({ length: 300 }, (_, index) => mail({ subject: `Message ${index}` })));
  await page.goto(`${sandbox.url}/#/config`);
  await page.getByLabel('Text of main.cf').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('soft_bounce = yes');
  await page.getByRole('button', { name: 'Try it on past mail…' }).click();
  const dialog = page.getByRole('dialog', { name: 'What would change' });
  await dialog.getByLabel('Try', { exact: true }).selectOption('the last 10,000');
  await dialog.getByRole('button', { name: 'Try the draft' }).click();
  await expect(dialog.getByRole('progressbar', { name: 'Tried' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('progressbar')).toHaveCount(0);
  await expect(dialog.getByRole('status')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Try the draft' }).click();
  await expect(dialog.getByRole('status')).toContainText('300 of 300 the same', { timeout: 40_000 });
});
