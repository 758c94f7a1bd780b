/** HTML and CSS made to take long: none of it may. */
import { describe, expect, it } from 'vitest';
import { htmlForFrame } from './html-frame.ts';
import { cssUrls, replaceCssUrls } from './html-references.ts';
import { readHtml } from './html-text.ts';

const frame = (html: string) =>
  htmlForFrame(html, {
    parts: [],
    partUrl: (n) => `/part/${n}`,
    scheme: 'light',
    linkUrl: (to) => `/go?${to}`,
  });

const MILLION = 1_000_000;
const COSTLY: readonly (readonly [string, string])[] = [
  ['deep elements', '<i>'.repeat(MILLION)],
  ['deep elements, closed by others', '<i>'.repeat(MILLION / 2) + '</b>'.repeat(MILLION / 2)],
  ['deep forms', '<form><div>'.repeat(MILLION / 4)],
  ['deep drawings', '<svg><g>'.repeat(MILLION / 4)],
  ['strings left open', `<style>${'url(\'"'.repeat(MILLION / 2)}</style>`],
  ['functions left open', `<style>${'url( '.repeat(MILLION / 2)}</style>`],
  ['imports left open', `<p style="${"@import 'x url(".repeat(MILLION / 8)}">`],
  ['blanks', `<style>${'@media ( '.repeat(MILLION / 8)}${' '.repeat(MILLION)}color-scheme</style>`],
  ['attributes', `<p ${Array.from({ length: 100_000 }, (_, i) => `a${i}=x`).join(' ')}>`],
  ['one tag left open', `<p title="${'x'.repeat(2 * MILLION)}`],
  ['sources', `<img srcset="${'https://a.test/x 1x, '.repeat(100_000)}">`],
  ['entities', '&amp'.repeat(MILLION)],
  ['comments left open', '<!--<!-'.repeat(MILLION / 4)],
];

describe('costly HTML', () => {
  it.each(COSTLY)(
    '%s',
    async (_, html) => {
      // Processor time, because other processes' share of the clock is not ours to answer for.
      const before = process.cpuUsage();
      await frame(html);
      readHtml(html.slice(0, MILLION));
      const { user } = process.cpuUsage(before);
      expect(user / 1000).toBeLessThan(2000);
    },
    30_000,
  );

  it('shows what came before the depth was too much, and says so', async () => {
    const page = await frame(`<p>seen</p>${'<div>'.repeat(2000)}unseen`);
    expect(page).toContain('<p>seen</p>');
    expect(page).toContain('nested too deeply');
    expect(page).not.toContain('unseen');
  });
});

describe('references in style sheets', () => {
  it.each<[string, readonly string[]]>([
    ['a{b:url(x)} c{d:URL( "y" )}', ['x', 'y']],
    ["@import 'a.css'; @import url(b.css) print;", ['a.css', 'b.css']],
    ['@import"c"', ['c']],
    ['url("a)b") url(\'c"d\')', ['a)b', 'c"d']],
    ['url(open', ['open']],
    ['url("open', ['open']],
    ['curl(x) @important "y"', ['x']],
  ])('%s', (css, urls) => {
    expect(cssUrls(css)).toEqual(urls);
  });

  it('are replaced in place', () => {
    const css = '@import "a"; p{background:red url( b ) no-repeat} q{c:d}';
    expect(replaceCssUrls(css, (url) => `[${url}]`)).toBe(
      '@import "[a]"; p{background:red url("[b]") no-repeat} q{c:d}',
    );
  });
});
