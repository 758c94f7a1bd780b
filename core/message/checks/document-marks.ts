/** Reads an HTML document for the marks of feature-marks.ts, each with where it stands first and how often. */
import { cssUrls, sourceSet } from '../html-references.ts';
import { walkHtml } from '../html-walk.ts';
import { scanStyleAttribute, scanStyleSheet, type CssHandler } from './css-scan.ts';

export interface Marked {
  /** Offset in the document. */
  readonly at: number;
  count: number;
}
export type Marks = ReadonlyMap<string, Marked>;

const LONGEST_VALUE = 2000;

const NUMBER_WITH_UNIT = /(?<![\w#.-])[+-]?(?:\d+\.?\d*|\.\d+)(%|[a-z]{1,4}\b)/g;

/** By the type of a data: URL, or by the extension. */
function* imageMarks(url: string): Generator<string> {
  const type = /^\s*data:image\/([\w+.-]+)/i.exec(url)?.[1];
  const extension = /\.([a-z0-9]{2,5})(?:[?#]|$)/i.exec(url.slice(0, LONGEST_VALUE))?.[1];
  if (type !== undefined) yield 'image:data';
  yield `image:${(type ?? extension ?? '').toLowerCase()}`;
}

/** Which kinds of simple selectors and combinators are in a selector. */
const SELECTOR_KINDS: readonly (readonly [string, RegExp])[] = [
  ['selector:class', /\.[\w-]/],
  ['selector:id', /#[\w-]/],
  ['selector:attribute', /\[/],
  ['selector:universal', /(?:^|[\s>+~,(])\*/],
  ['selector:type', /(?:^|[\s>+~,(])[a-z]/i],
  ['selector:child', />/],
  ['selector:adjacent', /\+/],
  ['selector:sibling', /~(?!=)/],
  ['selector:group', /,/],
  ['selector:chain', /[\w\])][.#[]/],
  ['selector:descendant', /[\w\])*]\s+[\w.#[:*]/],
];

function createCssHandler(mark: (name: string, at: number) => void): CssHandler {
  return {
    comment: (at) => {
      mark('css:comment', at);
    },
    atRule(name, prelude, at) {
      mark(`at:${name}`, at);
      if (name !== 'media') return;
      for (const [, feature = ''] of prelude.slice(0, LONGEST_VALUE).matchAll(/\(\s*([\w-]+)/g)) {
        mark(`media:${feature.toLowerCase()}`, at);
      }
    },
    selector(selector, at, isNested) {
      if (isNested) mark('css:nesting', at);
      const short = selector.slice(0, LONGEST_VALUE);
      for (const [, name = ''] of short.matchAll(/::?([\w-]+)/g)) mark(`pseudo:${name.toLowerCase()}`, at);
      const plain = short.replaceAll(/\[[^\]]*\]/g, '[]').replaceAll(/"[^"]*"/g, '""');
      for (const [name, pattern] of SELECTOR_KINDS) if (pattern.test(plain)) mark(name, at);
    },
    declaration(property, value, at) {
      mark(property.startsWith('--') ? 'css:variable' : `prop:${property}`, at);
      mark(`decl:${property}/${value.toLowerCase().split(/[\s!;]/, 1)[0] ?? ''}`, at);
      for (const name of valueMarks(value)) mark(name, at);
    },
  };
}

/** What stands in a value: functions, units, words, images. */
function* valueMarks(given: string): Generator<string> {
  const value = given.slice(0, LONGEST_VALUE).toLowerCase();
  if (value.includes('!important')) yield 'css:important';
  for (const url of cssUrls(given)) yield* imageMarks(url);
  const plain = value.replaceAll(/url\([^)]*\)|"[^"]*"|'[^']*'/g, '');
  if (plain.includes('var(')) yield 'css:variable';
  for (const [, name = ''] of plain.matchAll(/([a-z][\w-]*)\(/g)) yield `fn:${name}`;
  for (const [, unit = ''] of plain.matchAll(NUMBER_WITH_UNIT)) yield `unit:${unit}`;
  for (const [word] of plain.matchAll(/[a-z][a-z-]+/g)) yield `word:${word}`;
}

type Attributes = Readonly<Record<string, string>>;

function* hrefMarks(href: string): Generator<string> {
  if (href.startsWith('#')) yield 'href:anchor';
  else if (/^mailto:/i.test(href)) yield 'href:mailto';
}

function* imagesOf(name: string, { src, srcset, background }: Attributes): Generator<string> {
  if (name === 'img' && src !== undefined) yield src;
  if (background !== undefined) yield background;
  if (srcset !== undefined) for (const { url } of sourceSet(srcset)) yield url;
}

const DEFAULT_TYPES: Readonly<Record<string, string>> = { input: 'text', button: 'submit' };

function* elementMarks(name: string, attributes: Attributes): Generator<string> {
  yield `el:${name}`;
  for (const attribute of Object.keys(attributes)) yield `attr:${attribute}`;
  const type = DEFAULT_TYPES[name];
  if (type !== undefined) yield `el:${name}/${attributes['type']?.toLowerCase() ?? type}`;
  if (name === 'meta') yield `meta:${attributes['name']?.toLowerCase() ?? ''}`;
  yield* hrefMarks(attributes['href']?.trim() ?? '');
  for (const url of imagesOf(name, attributes)) yield* imageMarks(url);
}

/** Lets others have their turn while it reads. */
export async function documentMarks(html: string): Promise<Marks> {
  const marks = new Map<string, Marked>();
  const mark = (name: string, at: number) => {
    const known = marks.get(name);
    if (known === undefined) marks.set(name, { at, count: 1 });
    else known.count += 1;
  };
  const css = createCssHandler(mark);
  let sheet: { at: number; readonly pieces: string[] } | undefined;
  if (/^\s*<!doctype html>/i.test(html.slice(0, LONGEST_VALUE))) mark('doc:doctype', 0);
  await walkHtml(html, {
    onopentag(name, attributes, at) {
      if (name === 'style') sheet = { at: 0, pieces: [] };
      for (const found of elementMarks(name, attributes)) mark(found, at);
      // Places inside of an attribute are its tag's: entities have been decoded in it.
      const { style } = attributes;
      if (style !== undefined)
        scanStyleAttribute(
          style,
          0,
          createCssHandler((found) => {
            mark(found, at);
          }),
        );
    },
    onclosetag(name) {
      if (name !== 'style' || sheet === undefined) return;
      scanStyleSheet(sheet.pieces.join(''), sheet.at, css);
      sheet = undefined;
    },
    ontext(text, at) {
      if (sheet === undefined) return;
      if (sheet.pieces.length === 0) sheet.at = at;
      sheet.pieces.push(text);
    },
    oncomment(_, at) {
      mark('doc:comment', at);
    },
  });
  return marks;
}
