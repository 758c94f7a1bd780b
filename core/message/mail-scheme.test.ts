import { describe, expect, it } from 'vitest';
import { htmlForFrame } from './html-frame.ts';
import { underScheme, type Scheme } from './mail-scheme.ts';

const ON = '(min-width: 0)';
const OFF = '(min-width: 999999px)';

describe("the mail's own dark mode", () => {
  it.each<[Scheme, string, string]>([
    ['dark', '@media (prefers-color-scheme: dark) { a{} }', `@media ${ON} { a{} }`],
    ['light', '@media (prefers-color-scheme:dark) { a{} }', `@media ${OFF} { a{} }`],
    ['light', '@media screen and ( PREFERS-COLOR-SCHEME : light )', `@media screen and ${ON}`],
    ['dark', ':root { color-scheme: light dark }', ':root { color-scheme: dark}'],
    ['dark', ':root{color-scheme:light;color:red}', ':root{color-scheme: light;color:red}'],
    ['light', 'color-scheme: only dark', 'color-scheme: dark'],
    ['dark', '.x-color-scheme{a:b}', '.x-color-scheme{a:b}'],
  ])('under %s %s', (scheme, css, expected) => {
    expect(underScheme(css, scheme)).toBe(expected);
  });

  it.each<[Scheme, string]>([
    ['dark', 'dark'],
    ['light', 'light'],
  ])('is used under %s where the mail says that it has one', async (scheme, used) => {
    const html =
      '<head><meta name="Color-Scheme" content="light dark"><style media="(prefers-color-scheme: dark)">p{}</style></head><p>x</p>';
    const page = await htmlForFrame(html, { parts: [], partUrl: () => '', scheme });
    expect(page).toContain(`<meta name="color-scheme" content="${used}">`);
    expect(page).toContain(`<style media="${scheme === 'dark' ? ON : OFF}">`);
  });
});
