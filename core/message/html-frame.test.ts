import { describe, expect, it } from 'vitest';
import { decodedText } from './decode.ts';
import { bodyOf } from '../mail/delivered-form.ts';
import { htmlParts } from './digest.ts';
import { htmlForFrame } from './html-frame.ts';
import { parseStructure } from './structure.ts';
import { sampleContent } from './testing.ts';

const part = (number: string, contentId: string, contentLocation = '') =>
  ({ number, contentId, contentLocation }) as Parameters<typeof htmlForFrame>[1]['parts'][number];

function frame(html: string, parts = [part('2', 'Logo@Shop.test'), part('3', '', 'images/a.png')]) {
  return htmlForFrame(html, {
    parts,
    scheme: 'light',
    partUrl: (number) => `/resource/message/7/part/${number}`,
  });
}
const bodyIn = async (html: string) => /<body[^>]*>(.*)<\/body>/s.exec(await frame(html))?.[1];

async function sampleFrame(name: string): Promise<string> {
  const content = sampleContent(name);
  const { parts } = await parseStructure(content);
  const [first] = htmlParts(parts);
  return first === undefined ? '' : frame(decodedText(first, bodyOf(content)), [...parts]);
}

describe('HTML for the frame', () => {
  it.each([
    ['<img src="cid:logo@shop.test">', '<img src="/resource/message/7/part/2">'],
    ['<img src="CID:LOGO%40shop.test">', '<img src="/resource/message/7/part/2">'],
    ['<img src=" cid:logo@shop.test ">', '<img src="/resource/message/7/part/2">'],
    ['<img src="cid:nobody">', '<img>'],
    ['<img src="images/a.png">', '<img src="/resource/message/7/part/3">'],
    ['<img src="images/b.png">', '<img>'],
    ['<img src="/mail/purge">', '<img>'],
    ['<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==">'],
    ['<img src="data:text/html,x">', '<img>'],
    ['<img src="//host/x">', '<img src="https://host/x">'],
    [
      '<img srcset="cid:logo@shop.test 1x, https://h/b 2x">',
      '<img srcset="/resource/message/7/part/2 1x, https://h/b 2x">',
    ],
    [
      '<p style="background:url(cid:logo@shop.test)">x</p>',
      '<p style="background:url(&quot;/resource/message/7/part/2&quot;)">x</p>',
    ],
    ['<td background="cid:logo@shop.test">x</td>', '<td background="/resource/message/7/part/2">x</td>'],
    [
      '<a href="https://x/?a=1&amp;b=2">x</a>',
      '<a href="https://x/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">x</a>',
    ],
    ['<a href="#below">x</a>', '<a href="#below">x</a>'],
    ['<a href=" javascript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href="&#106;ava&#115;cript:alert(1)">x</a>', '<a>x</a>'],
    [
      '<p onclick="x()" title="&quot;&gt;">a &lt; b &amp;amp; c</p>',
      '<p title="&quot;>">a &lt; b &amp;amp; c</p>',
    ],
    [
      '<form action="/x"><input name="a"><button formaction="y">b</button></form>',
      '<input name="a"><button>b</button>',
    ],
    ['<svg><feImage href="https://x/a"/></svg>', '<svg><feImage href="https://x/a"></feImage></svg>'],
    ['<svg><animate href="https://x/a"/></svg>', '<svg><animate></animate></svg>'],
    ['a<script>alert(1)</script>b', 'ab'],
    ['a<SCRIPT>alert("</p>")</SCRIPT >b', 'ab'],
    ['a<iframe src="x"><p>inside</p></iframe>b', 'ab'],
    ['a<base href="http://x"><meta http-equiv="refresh" content="0"><link href="x">b', 'ab'],
    ['a<object data="x">fallback</object>b', 'afallbackb'],
    ['<!-- [if mso]> x <![endif] -->y', 'y'],
    ['<p>un<b>closed', '<p>un<b>closed</b></p>'],
    ['<br><br/>', '<br><br>'],
  ])('%s', async (html, expected) => {
    expect(await bodyIn(html)).toBe(expected);
  });

  it('lets only what is clicked lead to the question about links', async () => {
    const html = await htmlForFrame(
      '<a href="https://x/a" title="t">a</a><svg><feImage href="https://x/b"/><use href="https://x/c"/></svg><q href="https://x/d">',
      { parts: [], partUrl: () => '', scheme: 'light', linkUrl: (to) => `/ask?${to}` },
    );
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toEqual([
      '/ask?https://x/a',
      'https://x/b',
      'https://x/c',
    ]);
    expect(html).toContain('title="t\nhttps://x/a"');
  });

  it('keeps styles of the head and attributes of the body', async () => {
    const html =
      '<html><head><style>p { color: red }</style></head><body bgcolor="#fff" onload="x()"><p>a</p></body></html>';
    expect(await frame(html)).toBe(
      '<!doctype html><html><head><meta charset="utf-8"><style>p { color: red }</style></head><body bgcolor="#fff"><p>a</p></body></html>',
    );
  });

  it('leaves nothing in hostile HTML that could run, redirect or submit', async () => {
    const html = await sampleFrame('hostile-html.eml');
    expect(html).toContain('You can read this sentence.');
    expect(html).toContain('And this one.');
    expect(html).not.toMatch(
      /<script|javascript:|\son\w+=|<base|http-equiv|<form|action=|<iframe|<object|<embed|<link/i,
    );
  });

  it("shows the receipt's own images", async () => {
    const html = await sampleFrame('receipt.eml');
    expect([...html.matchAll(/src="([^"]*)"/g)].map((m) => m[1])).toEqual([
      '/resource/message/7/part/2',
      '/resource/message/7/part/3',
      '/resource/message/7/part/4',
      '/resource/message/7/part/5',
    ]);
  });

  it('lets others have their turn while it works on 5 MB', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const html = await frame('<p class="a">some text, and <b>more</b></p>\n'.repeat(110_000));
    clearInterval(timer);
    expect(html.length).toBeGreaterThan(4_500_000);
    expect(turns).toBeGreaterThan(5);
  }, 30_000);
});
