/** Attributes for the sandboxed frame: what they name points at the message's own parts, or where a person may go. */
import type { StoredPart } from '../store/store.ts';
import { isLoadingAttribute, isRemote, isSourceSet, replaceCssUrls, sourceSet } from './html-references.ts';
import { underScheme, type Scheme } from './mail-scheme.ts';

export interface FrameOptions {
  /** The URL of the part with this number: `/resource/message/ID/part/N`. */
  readonly partUrl: (number: string) => string;
  readonly parts: readonly StoredPart[];
  /** What the mail's own dark mode is told. */
  readonly scheme: Scheme;
  /** Where following a link leads, so that it is asked about first; absent: links open by themselves. */
  readonly linkUrl?: (target: string) => string;
  /** HTML of ours that the document begins with. */
  readonly preface?: string;
}

const DROPPED_ATTRIBUTES = new Set([
  'action',
  'formaction',
  'ping',
  'srcdoc',
  'target',
  'rel',
  'autofocus',
  'is',
  'nonce',
]);
/** Whose href is followed by a click; that of any other element is loaded, or means nothing. */
const FOLLOWED = new Set(['a', 'area']);
export const NAME = /^[a-z_][\w:.-]*$/i;

export const escapeText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
const attribute = (name: string, value: string) => `${name}="${escapeAttribute(value)}"`;

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `cid:` references (RFC 2392) and Content-Location (RFC 2557) to part URLs; '' for what leads nowhere. */
export function createResolver({
  partUrl,
  parts,
}: Pick<FrameOptions, 'partUrl' | 'parts'>): (url: string) => string {
  const byId = new Map<string, string>();
  const byLocation = new Map<string, string>();
  for (const part of parts) {
    if (part.contentId !== '') byId.set(part.contentId.toLowerCase(), part.number);
    if (part.contentLocation !== '') byLocation.set(part.contentLocation, part.number);
  }
  return (given) => {
    const url = given.trim();
    const cid = /^cid:(.*)$/is.exec(url)?.[1];
    if (cid !== undefined) {
      const number = byId.get(cid.toLowerCase()) ?? byId.get(decodePercent(cid).toLowerCase());
      return number === undefined ? '' : partUrl(number);
    }
    const located = byLocation.get(url) ?? byLocation.get(decodePercent(url));
    if (located !== undefined) return partUrl(located);
    if (isRemote(url)) return url.startsWith('//') ? `https:${url}` : url;
    return /^data:image\//i.test(url) ? url : '';
  };
}

/** Where a link may lead: to a page, an address, a telephone, a place in the mail itself. */
export const isLink = (url: string) => /^(?:https?:|mailto:|tel:|#)/i.test(url);

/** Where a person may go by a click, and told before: the title says it. */
function linkAttributes(target: string, title: string, linkUrl: FrameOptions['linkUrl']): readonly string[] {
  if (!isLink(target)) return [];
  if (target.startsWith('#')) return [attribute('href', target)];
  if (linkUrl === undefined) {
    return [attribute('href', target), 'target="_blank"', 'rel="noopener noreferrer"'];
  }
  const told = title === '' ? target : `${title}\n${target}`;
  return [attribute('href', linkUrl(target)), attribute('title', told)];
}

/** Writes the attributes of an element; each with a blank before it. */
export function createAttributeWriter(
  options: FrameOptions,
): (element: string, attributes: Readonly<Record<string, string>>) => string {
  const resolve = createResolver(options);
  const { scheme, linkUrl } = options;

  function loading(element: string, name: string, value: string): readonly string[] {
    if (isSourceSet(name)) {
      const set = sourceSet(value).map((s) => `${resolve(s.url)} ${s.descriptor}`.trim());
      return [attribute(name, set.join(', '))];
    }
    const url = resolve(value);
    return url === '' ? [] : [attribute(name, url)];
  }

  function write(element: string, name: string, value: string, title: string): readonly string[] {
    const isUnsafe = name.startsWith('on') || DROPPED_ATTRIBUTES.has(name) || !NAME.test(name);
    if (isUnsafe) return [];
    if (isSourceSet(name) || isLoadingAttribute(element, name)) return loading(element, name, value);
    if (name === 'href' && FOLLOWED.has(element)) return linkAttributes(value.trim(), title, linkUrl);
    if (name === 'href' || name === 'xlink:href')
      return value.startsWith('#') ? [attribute(name, value)] : [];
    if (name === 'style') return [attribute(name, replaceCssUrls(underScheme(value, scheme), resolve))];
    if (name === 'media') return [attribute(name, underScheme(value, scheme))];
    return [attribute(name, value)];
  }

  return (element, attributes) => {
    const { href = '', title = '' } = attributes;
    const saysTarget =
      linkUrl !== undefined && FOLLOWED.has(element) && isLink(href.trim()) && !href.trim().startsWith('#');
    return Object.entries(attributes)
      .filter(([name]) => !(name === 'title' && saysTarget))
      .flatMap(([name, value]) => write(element, name, value, title))
      .map((text) => ` ${text}`)
      .join('');
  };
}
