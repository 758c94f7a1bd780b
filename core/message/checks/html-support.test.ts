import { describe, expect, it } from 'vitest';
import { scanStyleAttribute, scanStyleSheet } from './css-scan.ts';
import { documentMarks } from './document-marks.ts';
import { marksOf } from './feature-marks.ts';
import { createLocator } from './finding.ts';
import { htmlSupport } from './html-support.ts';
import { supportData } from './support-data.ts';

function scan(css: string, isAttribute = false): readonly string[] {
  const told: string[] = [];
  const handler = {
    atRule: (name: string, prelude: string, at: number) => told.push(`${at} @${name} ${prelude}`),
    selector: (text: string, at: number, isNested: boolean) =>
      told.push(`${at} ${isNested ? 'nested ' : ''}${text}`),
    declaration: (property: string, value: string, at: number) => told.push(`${at} ${property}=${value}`),
    comment: (at: number) => told.push(`${at} comment`),
  };
  (isAttribute ? scanStyleAttribute : scanStyleSheet)(css, 0, handler);
  return told;
}

describe('style sheets', () => {
  it.each<[string, readonly string[]]>([
    [
      'p, a:hover { color: red; background : url("a;b") }',
      ['0 p, a:hover', '13 color=red', '25 background=url("a;b")'],
    ],
    [
      '@import "x"; @media (max-width: 9px) { p { a: b } }',
      ['0 @import "x"', '13 @media (max-width: 9px)', '39 p', '43 a=b'],
    ],
    ['p { /* x */ a: b; & em { c: d } }', ['0 p', '4 comment', '12 a=b', '18 nested & em', '25 c=d']],
    ['@font-face { src: url(x) }', ['0 @font-face ', '13 src=url(x)']],
    ['@keyframes k { from { a: b } }', ['0 @keyframes k', '22 a=b']],
    ['p { a: b', ['0 p']],
    ['}}} p { color }', ['4 p']],
  ])('%s', (css, told) => {
    expect(scan(css)).toEqual(told);
  });

  it('reads a style attribute without its last semicolon', () => {
    expect(scan('color:red;margin:0', true)).toEqual(['0 color=red', '10 margin=0']);
  });
});

describe('the features that clients were tested for', () => {
  it('are all known here, or known not to be seen in a document', async () => {
    const { features } = await supportData();
    expect(features.length).toBeGreaterThan(300);
    expect(features.filter((feature) => marksOf(feature)?.length === 0).map(({ slug }) => slug)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['<p style="display:flex;gap:1rem">', ['el:p', 'decl:display/flex', 'prop:gap', 'unit:rem']],
    [
      '<style>a:not(.b) > i{width:calc(100% - 2px)!important}</style>',
      ['pseudo:not', 'selector:child', 'selector:class', 'fn:calc', 'unit:%', 'unit:px', 'css:important'],
    ],
    [
      '<style>@media (prefers-color-scheme:dark){p::before{color:var(--x)}}</style>',
      ['at:media', 'media:prefers-color-scheme', 'pseudo:before', 'css:variable'],
    ],
    [
      '<img src="a.webp" srcset="b.avif 2x" loading=lazy>',
      ['image:webp', 'image:avif', 'attr:loading', 'attr:srcset'],
    ],
    [
      '<img src="data:image/svg+xml,x"><a href="mailto:a@b">x</a><input>',
      ['image:data', 'image:svg+xml', 'href:mailto', 'el:input/text'],
    ],
    [
      '<!doctype html><!-- x --><meta name="color-scheme">',
      ['doc:doctype', 'doc:comment', 'meta:color-scheme'],
    ],
  ])('%s', async (html, names) => {
    const marks = await documentMarks(html);
    expect(names.filter((name) => !marks.has(name))).toEqual([]);
  });

  it('are not seen where they are not', async () => {
    const marks = await documentMarks(
      '<p title="display:flex 2rem">display:grid</p><style>.a{color:#1em}</style>',
    );
    expect([...marks.keys()].filter((name) => /decl:display|unit:/.test(name))).toEqual([]);
  });
});

describe('what clients make of a document', () => {
  const html = '<table>\n<tr><td style="padding:4px">\n<div style="display:flex">x</div></td></tr></table>';

  it('names the line that uses a feature, who lacks it, and the worst client first', async () => {
    const support = await htmlSupport(html);
    const flex = support.features.find(({ title }) => title === 'display:flex');
    expect(flex).toMatchObject({
      line: 3,
      count: 1,
      excerpt: '<div style="display:flex">x</div></td></tr></table>',
    });
    expect(flex?.families[0]?.support).toBe('none');
    expect(flex?.url).toBe('https://www.caniemail.com/features/css-display-flex/');
    const scores = support.families.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(support.families.map(({ name }) => name)).toContain('Gmail');
    for (const score of scores) expect(score >= 0 && score <= 100).toBe(true);
    expect(support.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('finds nothing wrong with next to nothing', async () => {
    const { features, families } = await htmlSupport('');
    expect(features).toEqual([]);
    expect(families).toEqual([]);
  });
});

it('finds lines', () => {
  const locate = createLocator('a\nbb\n\nccc');
  expect([0, 1, 2, 3, 5, 6, 8].map((at) => locate(at).line)).toEqual([1, 1, 2, 2, 3, 4, 4]);
  expect(locate(7).excerpt).toBe('ccc');
  expect(createLocator(`${'x'.repeat(1000)}here${'y'.repeat(1000)}`)(1000).excerpt).toMatch(/^herey{156}$/);
});
