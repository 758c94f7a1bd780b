/**
 * Does the window stay smooth while mail pours in, and in a list of a million? Chromium against `sandpost serve`:
 * tasks over 50 ms (the browser's own `longtask` entries) and frame times while mail arrives by SMTP, then while the list
 * is scrolled. On a busy machine these are longer than the work is, so the longest task by the processor's time
 * (from a trace) is told too, and decides: exit status 1 when that is over 50 ms.
 *
 *   node test/bench/window.ts [SECONDS] [MESSAGES A SECOND]
 */
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { createFolders, startSandbox } from '../support/sandbox-process.ts';
import { longestByProcessor } from './trace.ts';

const SECONDS = Number(process.argv[2] ?? 10);
const PER_SECOND = Number(process.argv[3] ?? 2_000);
const CONNECTIONS = 40;
const TICK_MS = 50;

interface Measured {
  readonly longTasks: readonly number[];
  readonly frames: readonly number[];
}

declare global {
  interface Window {
    measured: { longTasks: number[]; frames: number[] };
  }
}

/** Runs in the page, before anything else. */
function watch(): void {
  window.measured = { longTasks: [], frames: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.measured.longTasks.push(Math.round(duration));
  }).observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const frame = (now: number) => {
    window.measured.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

async function take(page: Page): Promise<Measured> {
  return page.evaluate(() => {
    const { longTasks, frames } = window.measured;
    window.measured.longTasks = [];
    window.measured.frames = [];
    return { longTasks, frames };
  });
}

/** Sends at a steady rate; answers how many were acknowledged. */
async function pour(port: number, perSecond: number, seconds: number): Promise<number> {
  let acknowledged = 0;
  const message = 'From: a@b.test\r\nTo: root@localhost\r\nSubject: Load\r\n\r\nHello.\r\n.\r\n';
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = net.connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay(true);
      await new Promise((resolve) => socket.once('data', resolve));
      socket.write('EHLO load.test\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      return socket;
    }),
  );
  const waiting = sockets.map(() => 0);
  sockets.forEach((socket, index) => {
    socket.on('data', (text: Buffer | string) => {
      const text_ = text.toString();
      for (const line of text_.split('\r\n')) {
        if (line.startsWith('354')) socket.write(message);
        else if (line.includes('queued as')) {
          acknowledged++;
          waiting[index] = (waiting[index] ?? 1) - 1;
          next(index);
        }
      }
    });
  });

  function next(index: number): void {
    if (wanted <= 0 || (waiting[index] ?? 0) > 0) return;
    wanted--;
    waiting[index] = 1;
    sockets[index]?.write('MAIL FROM:<a@b.test>\r\nRCPT TO:<root@localhost>\r\nDATA\r\n');
  }

  let wanted = 0;
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    wanted += (perSecond * TICK_MS) / 1_000;
    sockets.forEach((_, index) => {
      next(index);
    });
    await delay(TICK_MS);
  }
  for (const socket of sockets) socket.destroy();
  return acknowledged;
}

async function scroll(page: Page, where = '[role=listbox]'): Promise<void> {
  await page.evaluate(async (selector) => {
    const list = document.querySelector(selector);
    for (let step = 0; step < 300 && list !== null; step++) {
      list.scrollTop += 240;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, where);
}

const share = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

/** Measures while `work` goes on; answers whether every task was short. */
async function measure(page: Page, work: () => Promise<string>): Promise<boolean> {
  await take(page);
  await browser.startTracing(page, { categories: ['toplevel'] });
  const what = await work();
  const { longTasks, frames } = await take(page);
  const byProcessor = longestByProcessor(await browser.stopTracing());
  const at = [0.5, 0.95, 0.99].map((part) => share(frames, part).toFixed(0)).join(' / ');
  const longest = Math.max(0, ...longTasks);
  process.stdout.write(
    `${what}: longest task ${byProcessor.toFixed(1)} ms of processor time; ` +
      `${longTasks.length} over 50 ms by the clock (longest ${longest}); ` +
      `frames ${at} ms (median / 95 % / 99 %)\n`,
  );
  return byProcessor <= 50;
}

const folders = createFolders();
const server = await startSandbox(folders);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  await page.addInitScript(watch);
  await page.goto(server.http);
  await pour(server.smtpPort, 50, 1);
  await page.getByRole('option').first().click();
  await delay(500);

  const results = [
    await measure(page, async () => {
      const count = await pour(server.smtpPort, PER_SECOND, SECONDS);
      return `${Math.round(count / SECONDS)} messages a second arriving`;
    }),
    await measure(page, async () => {
      const [count] = await Promise.all([pour(server.smtpPort, PER_SECOND, SECONDS), scroll(page)]);
      return `scrolling while ${Math.round(count / SECONDS)} a second arrive`;
    }),
    await measure(page, async () => {
      await scroll(page);
      return 'scrolling';
    }),
  ];
  await page.goto(`${server.http}/#/log`);
  await page.getByRole('grid', { name: 'Log' }).getByRole('row').first().waitFor();
  results.push(
    await measure(page, async () => {
      const count = await pour(server.smtpPort, PER_SECOND, SECONDS);
      const lines = await page.getByRole('grid', { name: 'Log' }).getAttribute('aria-rowcount');
      return `the log followed while ${Math.round(count / SECONDS)} a second arrive (${lines ?? 0} lines then)`;
    }),
    await measure(page, async () => {
      await page.getByRole('grid', { name: 'Log' }).press('Home');
      await Promise.all([pour(server.smtpPort, PER_SECOND, SECONDS), scroll(page, '[role=grid] .viewport')]);
      return 'the log scrolled from its beginning meanwhile';
    }),
  );
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
  folders.remove();
}
