/** Where HTML and CSS name other resources. */

/** Attributes that make a browser load something without being asked, by element; `*` on any. */
const LOADING: Readonly<Record<string, readonly string[]>> = {
  '*': ['background', 'poster', 'lowsrc', 'dynsrc'],
  audio: ['src'],
  embed: ['src'],
  feimage: ['href', 'xlink:href'],
  frame: ['src'],
  iframe: ['src'],
  image: ['href', 'xlink:href', 'src'],
  img: ['src'],
  input: ['src'],
  link: ['href'],
  object: ['data'],
  script: ['src'],
  source: ['src'],
  track: ['src'],
  use: ['href', 'xlink:href'],
  video: ['src'],
};
const SOURCE_SETS = new Set(['srcset', 'imagesrcset']);
/** Names in SVG may have capitals: `feImage`. */
export function isLoadingAttribute(element: string, attribute: string): boolean {
  return (
    (LOADING[element.toLowerCase()]?.includes(attribute) ?? false) ||
    (LOADING['*']?.includes(attribute) ?? false)
  );
}

export const isSourceSet = (attribute: string) => SOURCE_SETS.has(attribute);

/** http, https, ftp, or the page's own scheme (`//host/x`); blanks inside a URL mean nothing to a browser. */
export function isRemote(url: string): boolean {
  return /^(?:https?:|ftp:|\/\/)/i.test(url.replace(/[\s\p{Cc}]+/gu, ''));
}

/** The URLs of a srcset attribute, with their descriptors. */
export function sourceSet(value: string): readonly { readonly url: string; readonly descriptor: string }[] {
  return value
    .split(/,(?=\s)|,$/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [url = '', ...descriptor] = entry.split(/\s+/);
      return { url, descriptor: descriptor.join(' ') };
    });
}

interface CssReference {
  readonly from: number;
  readonly to: number;
  readonly url: string;
  readonly isImport: boolean;
}

/** What follows `url(` or `@import`, which ends at `at`; what is left open reaches to the end of the sheet. */
function readReference(
  css: string,
  at: number,
  isImport: boolean,
): Pick<CssReference, 'to' | 'url'> | undefined {
  let from = at;
  while (/\s/.test(css.charAt(from))) from += 1;
  const quote = css.charAt(from);
  if (quote !== '"' && quote !== "'") {
    if (isImport) return undefined;
    const end = css.indexOf(')', from);
    return end < 0
      ? { url: css.slice(from).trim(), to: css.length }
      : { url: css.slice(from, end).trim(), to: end + 1 };
  }
  const end = css.indexOf(quote, from + 1);
  if (end < 0) return { url: css.slice(from + 1).trim(), to: css.length };
  const close = isImport ? end : css.indexOf(')', end);
  return { url: css.slice(from + 1, end).trim(), to: close < 0 ? css.length : close + 1 };
}

/** The URLs of a style sheet in order; each character is looked at once. */
function* cssReferences(css: string): Generator<CssReference> {
  const start = /url\(|@import(?=[\s"'])/gi;
  for (let match = start.exec(css); match !== null; match = start.exec(css)) {
    const isImport = match[0].startsWith('@');
    const found = readReference(css, start.lastIndex, isImport);
    if (found === undefined) continue;
    yield { from: match.index, isImport, ...found };
    start.lastIndex = found.to;
  }
}

export const cssUrls = (css: string): readonly string[] => [...cssReferences(css)].map(({ url }) => url);

/** Replaces each URL of a style sheet; '' takes it out. */
export function replaceCssUrls(css: string, replace: (url: string) => string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to, url, isImport } of cssReferences(css)) {
    const quoted = JSON.stringify(replace(url));
    pieces.push(css.slice(at, from), isImport ? `@import ${quoted}` : `url(${quoted})`);
    at = to;
  }
  pieces.push(css.slice(at));
  return pieces.join('');
}

/** How many resources this element would load from elsewhere. */
export function remoteAttributes(element: string, attributes: Readonly<Record<string, string>>): number {
  let count = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (isLoadingAttribute(element, name) && isRemote(value)) count += 1;
    else if (isSourceSet(name)) count += sourceSet(value).filter((s) => isRemote(s.url)).length;
    else if (name === 'style') count += cssUrls(value).filter(isRemote).length;
  }
  return count;
}
