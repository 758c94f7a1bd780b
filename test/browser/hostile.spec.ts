import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, mail, rowOf, test } from './sandbox.ts';

/** Everything that a message can ask a browser to fetch or run, pointing at `base`. */
const hostile = (base: string) => `<!doctype html><html><head>
<base href="${base}/base/">
<meta http-equiv="refresh" content="0;url=${base}/refresh">
<link rel="stylesheet" href="${base}/style.css"><link rel="prefetch" href="${base}/prefetch">
<link rel="dns-prefetch" href="${base}"><link rel="preconnect" href="${base}">
<style>@import url(${base}/import.css); @font-face{font-family:x;src:url(${base}/font.woff2)} body{font-family:x;background:url(${base}/bg.png)}</style>
<script>document.title='ran';parent.postMessage('ran','*');fetch('${base}/fetch')</script>
<script src="${base}/script.js"></script></head>
<body onload="fetch('${base}/onload')" background="${base}/background.png">
<img src="${base}/img.png" onerror="fetch('${base}/onerror')"><img srcset="${base}/srcset.png 2x">
<picture><source srcset="${base}/source.png"><img src="${base}/picture.png"></picture>
<svg><image href="${base}/svg.png"/><script>fetch('${base}/svg')</script><use href="${base}/use.svg#x"/></svg>
<iframe src="${base}/frame"></iframe><iframe srcdoc="<script>fetch('${base}/srcdoc')</script>"></iframe>
<object data="${base}/object"></object><embed src="${base}/embed"><video src="${base}/video" poster="${base}/poster" autoplay></video>
<audio src="${base}/audio" autoplay></audio><input type="image" src="${base}/input.png">
<form action="${base}/form"><button autofocus onfocus="this.form.submit()">x</button></form>
<a href="javascript:fetch('${base}/javascript')">click</a><div style="background-image:url(${base}/inline.png)">styled</div>
<p id="read">Hostile but readable</p></body></html>`;

async function countHits(): Promise<{ server: Server; base: string; hits: string[] }> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits };
}

test('nothing in a hostile message runs, and nothing is fetched', async ({ page, sandbox, errors }) => {
  const { server, base, hits } = await countHits();
  // What the policy stops is announced as a request too, but never answered.
  const outside: string[] = [];
  page.on('response', (response) => {
    if (!response.url().startsWith(sandbox.url) && !response.url().startsWith('data:'))
      outside.push(response.url());
  });
  await page.addInitScript(() => {
    window.addEventListener('message', () => {
      document.documentElement.dataset['ran'] = 'yes';
    });
  });
  await sandbox.send(mail({ subject: 'Trap', html: hostile(base) }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Trap').click();
  const frame = page.frameLocator('iframe[title="Message: Trap"]');
  await expect(frame.getByText('Hostile but readable')).toBeVisible();
  await expect(page.getByText(/\d+ remote blocked/)).toBeVisible();
  for (const tab of ['Text', 'Parts', 'Source', 'HTML']) await page.getByRole('tab', { name: tab }).click();
  await frame.getByText('click').click();
  await expect(frame.getByText('Hostile but readable')).toBeVisible();
  expect(await page.locator('html').getAttribute('data-ran')).toBeNull();
  expect(hits).toEqual([]);
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
  server.close();
});

test('the frame may do nothing', async ({ page, sandbox }) => {
  await sandbox.send(mail({ subject: 'Frame', html: '<p>x</p>' }));
  await page.goto(sandbox.url);
  await rowOf(page, 'Frame').click();
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', '');
});
