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
const CSS_URL = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')/gi;

export function isLoadingAttribute(element: string, attribute: string): boolean {
  return (LOADING[element]?.includes(attribute) ?? false) || (LOADING['*']?.includes(attribute) ?? false);
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

export function cssUrls(css: string): readonly string[] {
  const first = (groups: readonly (string | undefined)[]) => groups.find((g) => g !== undefined) ?? '';
  return [...css.matchAll(CSS_URL)].map((match) => first(match.slice(1)));
}

/** Replaces each URL of a style sheet; '' takes it out. */
export function replaceCssUrls(css: string, replace: (url: string) => string): string {
  return css.replace(CSS_URL, (whole: string, ...groups: (string | undefined)[]) => {
    const url = groups.slice(0, 5).find((group) => group !== undefined) ?? '';
    const quoted = JSON.stringify(replace(url));
    return whole.startsWith('@') ? `@import ${quoted}` : `url(${quoted})`;
  });
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
