/**
 * How the features that caniemail.com tests are recognized: each becomes marks, and a document is read for its marks.
 * Most follow from the feature's title (`<p> element`, `align attribute`, `:hover`); the others stand in a table.
 *
 *   el:p  el:input/text  attr:align  prop:color  decl:display/flex  at:media  media:hover  fn:calc  unit:px  word:initial
 *   pseudo:hover  selector:child  image:png  doc:comment  css:comment  css:nesting  css:important  css:variable
 */
import type { Feature } from './support-data.ts';

const list = (kind: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${kind}:${name}`);

/** Features whose title does not say it in a regular way. */
const BY_SLUG: Readonly<Record<string, readonly string[]>> = {
  'html-address': ['el:address'],
  'html-anchor-links': ['href:anchor'],
  'html-base': ['el:base'],
  'html-comments': ['doc:comment'],
  'html-doctype': ['doc:doctype'],
  'html-h1-h6': list('el', 'h1 h2 h3 h4 h5 h6'),
  'html-image-maps': ['el:map', 'attr:usemap'],
  'html-lists': list('el', 'ul ol dl'),
  'html-mailto-links': ['href:mailto'],
  'html-meta-color-scheme': ['meta:color-scheme', 'meta:supported-color-schemes'],
  'html-semantics': list(
    'el',
    'article aside details figcaption figure footer header main mark nav section summary time',
  ),
  'html-srcset': list('attr', 'srcset sizes'),
  'html-svg': ['el:svg'],
  'css-at-media-device-pixel-ratio': list(
    'media',
    '-webkit-device-pixel-ratio -webkit-min-device-pixel-ratio min-resolution',
  ),
  'css-at-media-hover': list('media', 'hover any-hover'),
  'css-at-media-orientation': ['media:orientation'],
  'css-at-media-prefers-color-scheme': ['media:prefers-color-scheme'],
  'css-at-media-prefers-reduced-motion': ['media:prefers-reduced-motion'],
  'css-at-keyframes': list('at', 'keyframes -webkit-keyframes'),
  'css-block-inline-size': list('prop', 'block-size inline-size'),
  'css-border': list(
    'prop',
    'border border-top border-right border-bottom border-left border-width border-style border-color',
  ),
  'css-border-inline-block': list('prop', 'border-inline border-block'),
  'css-border-inline-block-individual': list(
    'prop',
    'border-inline-start border-inline-end border-block-start border-block-end',
  ),
  'css-border-inline-block-longhand': list(
    'prop',
    'border-inline-width border-inline-style border-inline-color border-block-width border-block-style border-block-color',
  ),
  'css-border-radius-logical': list(
    'prop',
    'border-start-start-radius border-start-end-radius border-end-start-radius border-end-end-radius',
  ),
  'css-color-scheme': ['prop:color-scheme'],
  'css-column-layout-properties': list(
    'prop',
    'columns column-width column-fill column-rule column-rule-color column-rule-style column-rule-width column-span',
  ),
  'css-comments': ['css:comment'],
  'css-flex-direction': list('decl', 'flex-direction/column flex-direction/column-reverse'),
  'css-flex-wrap': ['decl:flex-wrap/wrap'],
  'css-font': ['prop:font'],
  'css-gap': list('prop', 'gap column-gap row-gap'),
  'css-grid-template': list(
    'prop',
    'grid-template grid-template-areas grid-template-columns grid-template-rows',
  ),
  'css-important': ['css:important'],
  'css-inert-attribute': ['attr:inert'],
  'css-intrinsic-size': list('word', 'fit-content min-content max-content'),
  'css-left-right-top-bottom': list('prop', 'left right top bottom'),
  'css-margin': list('prop', 'margin margin-top margin-right margin-bottom margin-left'),
  'css-margin-block-start-end': list('prop', 'margin-block-start margin-block-end'),
  'css-margin-inline-block': list('prop', 'margin-inline margin-block'),
  'css-margin-inline-start-end': list('prop', 'margin-inline-start margin-inline-end'),
  'css-modern-color': list('fn', 'lch oklch lab oklab'),
  'css-nesting': ['css:nesting'],
  'css-padding': list('prop', 'padding padding-top padding-right padding-bottom padding-left'),
  'css-padding-block-start-end': list('prop', 'padding-block-start padding-block-end'),
  'css-padding-inline-block': list('prop', 'padding-inline padding-block'),
  'css-padding-inline-start-end': list('prop', 'padding-inline-start padding-inline-end'),
  'css-pseudo-class-lang': ['pseudo:lang'],
  'css-scroll-snap': list('prop', 'scroll-snap-type scroll-snap-align scroll-snap-stop'),
  'css-selector-adjacent-sibling': ['selector:adjacent'],
  'css-selector-attribute': ['selector:attribute'],
  'css-selector-chaining': ['selector:chain'],
  'css-selector-child': ['selector:child'],
  'css-selector-class': ['selector:class'],
  'css-selector-descendant': ['selector:descendant'],
  'css-selector-general-sibling': ['selector:sibling'],
  'css-selector-grouping': ['selector:group'],
  'css-selector-id': ['selector:id'],
  'css-selector-type': ['selector:type'],
  'css-selector-universal': ['selector:universal'],
  'css-sytem-ui': list('word', 'system-ui ui-serif ui-sans-serif ui-rounded ui-monospace'),
  'css-unit-calc': ['fn:calc'],
  'css-unit-initial': ['word:initial'],
  'css-unit-percent': ['unit:%'],
  'css-variables': ['css:variable'],
  'image-apng': ['image:apng'],
  'image-base64': ['image:data'],
  'image-heif': list('image', 'heif heic'),
  'image-ico': ['image:ico'],
  'image-jpg': list('image', 'jpg jpeg'),
  'image-mp4': ['image:mp4'],
  'image-svg': list('image', 'svg svg+xml'),
  'image-tiff': list('image', 'tiff tif'),
};

/** Not something that a document's text shows. */
const NOT_SEEN = new Set(['amp', 'bimi']);

/** The marks that a title gives: pattern, and what it becomes. */
const BY_TITLE: readonly (readonly [RegExp, (words: readonly string[]) => string])[] = [
  [/^<(\w+)> element$/, ([name = '']) => `el:${name}`],
  [/^<(\w+) type="(\w+)"> element$/, ([name = '', type = '']) => `el:${name}/${type}`],
  [/^([\w-]+) attribute$/, ([name = '']) => `attr:${name}`],
  [/^:([\w-]+)(?:\(\))?$/, ([name = '']) => `pseudo:${name}`],
  [/^::([\w-]+)$/, ([name = '']) => `pseudo:${name}`],
  [/^@([\w-]+)$/, ([name = '']) => `at:${name}`],
  [/^([\w-]+)\(\)$/, ([name = '']) => `fn:${name}`],
  [/^(\w+) unit$/, ([name = '']) => `unit:${name}`],
  [/^(display):(\w+)$/, ([property = '', value = '']) => `decl:${property}/${value}`],
  [/^(\w+) image format$/i, ([name = '']) => `image:${name.toLowerCase()}`],
  [/^([a-z-]+)(?: property)?\s*$/, ([name = '']) => `prop:${name}`],
];

/** undefined: there is no way to see it in a document; the empty list: none that is known here. */
export function marksOf({ slug, title }: Pick<Feature, 'slug' | 'title'>): readonly string[] | undefined {
  if (NOT_SEEN.has(slug)) return undefined;
  const known = BY_SLUG[slug];
  if (known !== undefined) return known;
  for (const [pattern, mark] of BY_TITLE) {
    const match = pattern.exec(title);
    if (match !== null) return [mark(match.slice(1))];
  }
  return [];
}
