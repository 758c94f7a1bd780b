/** The frame that shows a message's HTML: what it loads, where its links lead, how wide and in which scheme. */
import type { Page } from '@playwright/test';
import { openLoopbackServer } from './loopback-server.ts';
import { expect, mail, rowOf, test, type Sandbox } from './sandbox.ts';

const frame = (page: Page) => page.frameLocator('iframe');

async function show(page: Page, sandbox: Sandbox, html: string, subject = 'Shown'): Promise<void> {
  await sandbox.send(mail({ subject, html }));
  await page.goto(sandbox.url);
  await rowOf(page, subject).first().click();
}

const isLoaded = (page: Page, id: string) =>
  frame(page)
    .locator(`#${id}`)
    .evaluate((image) => (image as HTMLImageElement).naturalWidth > 0);

test("images of the message's own parts are shown, however they are named", async ({ page, sandbox }) => {
  const dot =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
  const picture = (header: string) => [
    '--b',
    'Content-Type: image/png',
    header,
    'Content-Transfer-Encoding: base64',
    '',
    dot,
  ];
  const raw = [
    'Subject: Own images',
    'Content-Type: multipart/related; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<img id=case src="CID:Dot@Shop.TEST"><img id=percent src="cid:a%2Bb%40shop.test">',
    '<img id=location src="images/dot.png"><img id=none src="cid:../../source"><p>shown</p>',
    ...picture('Content-ID: <dot@shop.test>'),
    ...picture('Content-ID: <a+b@shop.test>'),
    ...picture('Content-Location: images/dot.png'),
    '--b',
    'Content-Type: image/svg+xml',
    'Content-ID: <drawing>',
    '',
    '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>',
    '--b--',
    '',
  ]
    .join('\r\n')
    .replace('<p>shown', '<img id=drawing src="cid:drawing"><p>shown');
  await sandbox.send({ envelope: { from: 'a@b.test', to: ['root@localhost'] }, raw });
  await page.goto(sandbox.url);
  await rowOf(page, 'Own images').click();
  await expect(frame(page).getByText('shown')).toBeVisible();
  for (const id of ['case', 'percent', 'location', 'drawing']) {
    await expect.poll(() => isLoaded(page, id), id).toBe(true);
  }
  expect(await isLoaded(page, 'none')).toBe(false);
});

test('remote content is loaded by one click for one message, without cookies or referrer', async ({
  page,
  sandbox,
}) => {
  const server = await openLoopbackServer();
  // The browser has been there before: its cookie must not go along.
  await page.goto(server.base);
  const html = `<p>Hello</p><img id="far" src="${server.base}/far.png"><img src="${server.base}/two.png">`;
  await show(page, sandbox, html);
  await expect(page.getByText('2 remote blocked')).toBeVisible();
  await expect(frame(page).getByText('Hello')).toBeVisible();
  expect(server.hits.map(({ path }) => path)).toEqual(['/', '/favicon.ico']);
  await page.getByRole('button', { name: 'Load for this message' }).click();
  await expect(page.getByText('2 remote loaded')).toBeVisible();
  await expect.poll(() => isLoaded(page, 'far')).toBe(true);
  const asked = server.hits.filter(({ path }) => path.endsWith('.png'));
  expect(asked.map(({ path }) => path).sort()).toEqual(['/far.png', '/two.png']);
  for (const { headers } of asked) {
    expect(headers.cookie).toBeUndefined();
    expect(headers.referer).toBeUndefined();
  }
  await show(page, sandbox, html, 'Another');
  await expect(page.getByText('2 remote blocked')).toBeVisible();
  server.close();
});

test('what is on this machine may be loaded for good, and everything may be forbidden', async ({
  page,
  sandbox,
}) => {
  const server = await openLoopbackServer();
  const html = `<p>Hello</p><img id="far" src="${server.base}/far.png"><img src="https://shop.invalid/x.png">`;
  await show(page, sandbox, html);
  const choose = async (name: RegExp) => {
    await page.getByRole('button', { name: 'What messages may load' }).click();
    await page.getByRole('menuitemcheckbox', { name }).click();
  };
  await choose(/^Always load from this machine/);
  await expect(page.getByText('2 remote blocked, but from this machine')).toBeVisible();
  await expect.poll(() => isLoaded(page, 'far')).toBe(true);
  await page.reload();
  await expect.poll(() => isLoaded(page, 'far')).toBe(true);
  await choose(/^Never load anything/);
  await expect(page.getByText('2 remote blocked', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Load for this message' })).toHaveCount(0);
  await expect.poll(() => isLoaded(page, 'far')).toBe(false);
  const before = server.hits.length;
  await page.reload();
  await expect(frame(page).getByText('Hello')).toBeVisible();
  expect(await isLoaded(page, 'far')).toBe(false);
  expect(server.hits.length).toBe(before);
  server.close();
});

test('a link says where it leads, and is followed only after a question', async ({
  page,
  sandbox,
  context,
}) => {
  const server = await openLoopbackServer();
  const target = `${server.base}/track?id=1&x=%20`;
  await show(
    page,
    sandbox,
    `<p><a href="${target.replace('&', '&amp;')}">Your bank</a> <a href="#end">down</a></p>`,
  );
  const link = frame(page).getByRole('link', { name: 'Your bank' });
  await expect(link).toHaveAttribute('title', target);
  await link.click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText(target);
  await expect(question).toContainText('It names a machine by its number.');
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  expect(server.hits).toEqual([]);
  await expect(link).toBeVisible();

  // By keyboard alone.
  await link.focus();
  await page.keyboard.press('Enter');
  const popup = context.waitForEvent('page');
  await question.getByRole('button', { name: 'Open', exact: true }).click();
  expect((await popup).url()).toBe(target);
  expect(server.hits[0]?.headers.referer).toBeUndefined();
  expect(await (await popup).evaluate(() => window.opener === null)).toBe(true);
  server.close();
});

test('another window is not asked about a link that was clicked here', async ({ page, sandbox, context }) => {
  await show(page, sandbox, '<a href="https://shop.test/">go</a>');
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.frameLocator('iframe').getByText('go')).toBeVisible();
  await frame(page).getByText('go').click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expect(other.getByRole('alertdialog')).toHaveCount(0);
});

test('the width is a phone, a tablet, the room there is, or free', async ({ page, sandbox }) => {
  await show(page, sandbox, '<style>@media (max-width:400px){p{color:red}}</style><p>wide</p>');
  const width = () => page.locator('iframe').evaluate((element) => element.clientWidth);
  await page.getByRole('button', { name: 'Phone, 375 pixels' }).click();
  expect(await width()).toBe(375);
  await expect(frame(page).getByText('wide')).toHaveCSS('color', 'rgb(255, 0, 0)');
  await page.getByRole('button', { name: 'Tablet, 768 pixels' }).click();
  expect(await width()).toBe(768);
  const grip = page.getByRole('separator', { name: 'Width of the message in pixels' });
  await grip.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await width()).toBe(758);
  await page.getByRole('button', { name: 'Phone, 375 pixels' }).click();
  const box = await grip.boundingBox();
  if (box === null) throw new Error('no grip');
  await page.mouse.move(box.x + 4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 16, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  expect(await width()).toBe(335);
});

test("the mail's own dark mode is apart from the app's", async ({ page, sandbox }) => {
  const html =
    '<head><meta name="color-scheme" content="light dark"><style>body{background:#ffffff}@media (prefers-color-scheme:dark){body{background:#102030}}</style></head><p>Hello</p>';
  await page.emulateMedia({ colorScheme: 'dark' });
  await show(page, sandbox, html);
  const body = frame(page).locator('body');
  await expect(body).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await page.getByRole('button', { name: "The mail's own dark mode" }).click();
  await expect(body).toHaveCSS('background-color', 'rgb(16, 32, 48)');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(body).toHaveCSS('background-color', 'rgb(16, 32, 48)');
});
