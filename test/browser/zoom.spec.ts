/** Each view at 200 % zoom: an ordinary window has half its width and height then. Nothing is cut off or out of reach. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { runSandpost } from '../support/sandbox-process.ts';
import { expect, mail, reader, rowOf, test } from './sandbox.ts';

const HTML =
  '<!doctype html><html lang="en"><title>Mail</title><body><main><h1>Hello</h1></main></body></html>';

/** What would be out of the window with no way to it: the window itself does not scroll. */
async function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const reachable = (element: Element): boolean => {
      const box = element.getBoundingClientRect();
      if (box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.top >= -1)
        return true;
      for (let outer = element.parentElement; outer !== null; outer = outer.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(outer);
        const scrolls = (way: string) => way === 'auto' || way === 'scroll';
        const down = scrolls(overflowY) && outer.scrollHeight > outer.clientHeight;
        const across = scrolls(overflowX) && outer.scrollWidth > outer.clientWidth;
        if (down || across) return true;
      }
      return false;
    };
    const controls = document.querySelectorAll(
      'a[href], button, input, select, textarea, [role=tab], [role=option]',
    );
    return [...controls]
      .filter(
        (element) =>
          element.checkVisibility({ visibilityProperty: true }) && element.closest('.heard') === null,
      )
      .filter((element) => !element.matches('.heard, [type=file]') && !reachable(element))
      .map((element) => element.getAttribute('aria-label') ?? element.textContent.trim());
  });
}

async function expectClean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
  // Rows in a grid: the grid around them has the focus and the keys.
  const isOurs = (html: string) => html.includes('role="presentation" class="viewport');
  const wrong = violations
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter(({ html }) => !isOurs(html)) }))
    .filter(({ nodes }) => nodes.length > 0);
  const said = wrong.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(said, what).toEqual([]);
  expect(await lost(page), what).toEqual([]);
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth - innerWidth,
    height: document.documentElement.scrollHeight - innerHeight,
  }));
  expect([width <= 0, height <= 0], what).toEqual([true, true]);
}

/** Enough of it to work with. */
async function expectRoom(part: Locator, pixels: number): Promise<void> {
  expect((await part.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(pixels);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`200 %, ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 680, height: 425 }, deviceScaleFactor: 2 });
    const picture = (page: Page, name: string) =>
      page.screenshot({ path: `test-results/zoom-${name}-${colorScheme}.png` });

    test('mail: the tour, the list, the reader with each tab', async ({ page, sandbox }) => {
      await page.goto(sandbox.url);
      await expect(page.getByRole('list', { name: 'Tour' })).toBeVisible();
      await picture(page, 'tour');
      await expectClean(page, 'tour');
      await page.getByRole('button', { name: 'Skip the tour' }).click();
      await sandbox.send(
        mail({ subject: 'Full', html: HTML, attachments: [{ filename: 'a.txt', content: 'a' }] }),
      );
      await expect(rowOf(page, 'Full')).toBeVisible();
      await expectClean(page, 'list');
      await picture(page, 'list');
      await rowOf(page, 'Full').click();
      await expect(reader(page).getByRole('heading', { name: 'Full' })).toBeVisible();
      for (const name of ['HTML', 'Text', 'Headers', 'Parts', 'Source', 'Journey', 'Checks']) {
        await page.getByRole('tab', { name }).click();
        await expect(page.getByText(/^Loading|^Checking/)).toHaveCount(0);
        await picture(page, name);
        await expectClean(page, name);
        await expectRoom(page.getByRole('tabpanel'), 90);
      }
    });

    test('queue, log, sessions, lab, configuration', async ({ page, sandbox }) => {
      await runSandpost(sandbox.folders, ['postconf', '-e', 'transport_maps=inline:{later.test=retry:}']);
      await runSandpost(sandbox.folders, ['reload']);
      await sandbox.send(mail({ to: ['a@later.test', 'root@localhost'] }));
      for (const view of ['queue', 'log', 'sessions', 'lab', 'config']) {
        await page.goto(`${sandbox.url}/#/${view}`);
        if (view === 'queue')
          await page.getByRole('grid').getByRole('row').filter({ hasText: 'later' }).click();
        if (view === 'log')
          await page.getByRole('grid').getByRole('row').filter({ hasText: 'status=' }).last().click();
        if (view === 'sessions') await page.getByRole('option').first().click();
        if (view === 'lab') await page.getByRole('button', { name: 'Run', exact: true }).click();
        if (view === 'config') await expect(page.getByLabel('Text of main.cf')).toBeVisible();
        await expect(page.getByText(/^Loading|^Running/)).toHaveCount(0);
        await picture(page, view);
        await expectClean(page, view);
      }
    });

    test('dialogs', async ({ page, sandbox }) => {
      await page.goto(sandbox.url);
      await expect(page.getByRole('list', { name: 'Tour' })).toBeVisible();
      for (const [key, name] of [
        ['?', 'Keys'],
        ['Control+,', 'Settings'],
        ['>', 'Commands'],
      ] as const) {
        await page.keyboard.press(key);
        await expect(page.getByRole('dialog', { name })).toBeVisible();
        await picture(page, name);
        await expectClean(page, name);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
    });
  });
}
