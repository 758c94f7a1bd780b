import { expect, mail, reader, rowOf, test } from './sandbox.ts';

test('the whole way through by keyboard alone', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'First' }), mail({ subject: 'Second' }), mail({ subject: 'Third' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Third')).toBeVisible();
  const press = (key: string) => page.keyboard.press(key);
  const heading = (name: string) => reader(page).getByRole('heading', { name });

  await press('j');
  await expect(heading('Third')).toBeVisible();
  await press('j');
  await press('k');
  await press('j');
  await expect(heading('Second')).toBeVisible();
  await press('o');
  await expect(heading('Second')).toBeFocused();
  await press('Escape');
  await expect(page.getByRole('listbox')).toBeFocused();
  await press('ArrowDown');
  await expect(heading('First')).toBeVisible();
  await press('u');
  await expect(rowOf(page, 'First')).toContainText('Unread.');
  await press('e');
  await expect(heading('Second')).toBeVisible();
  await press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await press('g');
  await press('q');
  await expect(page.getByRole('heading', { name: 'Queue', exact: true })).toBeAttached();
  await press('g');
  await press('c');
  await expect(page.getByLabel('Text of main.cf')).toBeVisible();
  await press('g');
  await press('a');
  await press('Control+k');
  await expect(page.getByLabel('Search mail')).toBeFocused();
});

test('Lab, Log and Queue by keyboard alone', async ({ page, sandbox }) => {
  await sandbox.send(mail({ to: 'x@example.com', subject: 'Out' }));
  await page.goto(sandbox.url);
  await expect(rowOf(page, 'Out')).toBeVisible();
  const press = (key: string) => page.keyboard.press(key);
  const tabTo = async (name: string) => {
    for (let step = 0; step < 60; step++) {
      await press('Tab');
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
      });
      if (at === name) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await press('g');
  await press('l');
  await tabTo('Run');
  await press('Enter');
  await expect(page.getByRole('region', { name: /^In use/ })).toBeVisible();
  await tabTo('SMTP session');
  await press('Enter');
  await expect(page.getByText('> DATA')).toBeVisible();
  await press('g');
  await press('o');
  await press('j');
  await expect(page.getByRole('region', { name: 'Line' })).toBeVisible();
  // The first line of a session belongs to no message, the second one does; so does the last of the log.
  await press('j');
  await press('k');
  await press('j');
  await tabTo('Open the message');
  await press('g');
  await press('s');
  await expect(page.getByRole('listbox', { name: 'Sessions' })).toBeVisible();
  await press('j');
  await expect(page.getByRole('region', { name: 'Transcript' })).toBeVisible();
  await press('g');
  await press('q');
  await tabTo('Skip 1 h');
  await press('Enter');
  await expect(page.getByRole('banner').getByText('clock +1 h')).toBeVisible();
  await tabTo('Reset');
  await press('Enter');
  await expect(page.getByRole('banner').getByText('clock +1 h')).toHaveCount(0);
});

test('Tab reaches every part of the window and never gets caught', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Only one', html: '<p><a href="https://a.test">link</a></p>' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Only one').click();
  const visited = new Set<string>();
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    const where = await page.evaluate(() => {
      const element = document.activeElement;
      return `${element?.tagName ?? ''} ${element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? ''}`;
    });
    visited.add(where.slice(0, 60));
  }
  const all = [...visited].join('\n');
  for (const part of ['Search mail', 'Mail', 'Theme', 'All mail', 'List actions', 'Star', 'HTML', 'Full']) {
    expect(all).toContain(part);
  }
});

test('on a Mac the keys are said as there', async ({ page, sandbox }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' });
  });
  await page.goto(sandbox.url);
  await expect(page.getByRole('banner')).toContainText('⌘K');
  await page.keyboard.press('c');
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toHaveAttribute('title', 'Send (⌘↩)');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Queue', description: 'Queue' }).focus();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys.locator('kbd', { hasText: '⌘' })).not.toHaveCount(0);
  await expect(keys.locator('kbd', { hasText: 'Ctrl' })).toHaveCount(0);
});
