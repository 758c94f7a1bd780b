/**
 * A list of a million messages: is it scrolled at 60 frames a second, and is a message open within 50 ms of the click?
 * Chromium against `sandpost serve`. Frames are the page's own (requestAnimationFrame); tasks by the processor's time too,
 * from a trace, for on a busy machine the clock tells of the others.
 *
 *   node test/bench/store.ts generate DIR [COUNT]      makes the mail; once
 *   node test/bench/big-list.ts DIR                    measures in it
 */
import { chromium, type Page } from 'playwright-core';
import { createFolders, startSandbox } from '../support/sandbox-process.ts';
import { longestByProcessor } from './trace.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('say where the mail is: node test/bench/big-list.ts DIR');
const OPENED = 40;
const LIST = '[role=listbox]';

const share = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
const told = (values: readonly number[]) =>
  `${[0.5, 0.95, 0.99, 1].map((part) => share(values, part).toFixed(1)).join(' / ')} ms (median / 95 % / 99 % / longest)`;
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Milliseconds between frames while the list goes so many pixels each frame, from a place in it (0 to 1). */
function scroll(page: Page, from: number, pixels: number): Promise<number[]> {
  return page.evaluate(
    async ({ selector, start, step }) => {
      const list = document.querySelector(selector);
      if (list === null) throw new Error('there is no list');
      list.scrollTop = list.scrollHeight * start;
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      for (let wait = 0; wait < 30; wait++) await frame();
      const frames: number[] = [];
      let last = await frame();
      for (let count = 0; count < 300; count++) {
        list.scrollTop += step;
        const now = await frame();
        frames.push(now - last);
        last = now;
      }
      return frames;
    },
    { selector: LIST, start: from, step: pixels },
  );
}

/** From the key to the frame after the one in which the message's own heading is in the page, ms. */
function open(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const subject = () => document.querySelector('#reader-title')?.textContent ?? '';
    const before = subject();
    const startedAt = performance.now();
    const changed = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (subject() === before) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, composed: true }));
    await changed;
    const shownAt = performance.now();
    await frame();
    return shownAt - startedAt;
  });
}

const folders = createFolders();
const server = await startSandbox({ ...folders, dataDir });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  await page.goto(server.http);
  await page.getByRole('option').first().waitFor();
  say((await page.getByRole('region', { name: 'Messages' }).innerText()).split('\n').slice(0, 2).join(' '));
  let isFine = true;
  for (const [name, from, pixels] of [
    ['at the top, row by row', 0, 76],
    ['in the middle, page by page', 0.5, 700],
    ['near the end, page by page', 0.9, 700],
  ] as const) {
    await browser.startTracing(page, { categories: ['toplevel'] });
    const frames = await scroll(page, from, pixels);
    const longest = longestByProcessor(await browser.stopTracing());
    isFine &&= longest <= 1_000 / 60 || share(frames, 0.99) <= 1_000 / 60 + 1;
    say(`scrolling ${name}: frames ${told(frames)}; longest task ${longest.toFixed(1)} ms of processor time`);
  }
  await page.locator(LIST).evaluate((list) => (list.scrollTop = 0));
  await page.getByRole('option').first().click();
  await page.getByRole('article').waitFor();
  const times: number[] = [];
  for (let count = 0; count < OPENED; count++) times.push(await open(page));
  say(`opening a message: ${told(times)}`);
  process.exitCode = isFine && share(times, 0.5) <= 50 ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
  folders.remove();
}
