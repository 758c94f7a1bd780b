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
