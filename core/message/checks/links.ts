/** Every place that a message leads to. Nothing is asked here; what would be asked is said. */
import { isLink } from '../frame-attributes.ts';
import { isRemote, remoteAttributes } from '../html-references.ts';
import { walkHtml } from '../html-walk.ts';
import { createLocator } from './finding.ts';

export interface FoundLink {
  readonly url: string;
  /** What it shows; '' for an image. */
  readonly text: string;
  readonly kind: 'page' | 'mail' | 'telephone' | 'image' | 'other';
  readonly line: number;
  readonly count: number;
  /** On this machine: it can be asked. */
  readonly isLoopback: boolean;
  readonly warnings: readonly string[];
}

/** More links of one message are not listed. */
const MOST_LINKS = 500;
const LONGEST_TEXT = 120;
const MOST_HTML = 2 * 1024 * 1024;

export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return (
    isWeb && (hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname))
  );
}

function kindOf(url: string): FoundLink['kind'] {
  if (/^https?:/i.test(url)) return 'page';
  if (/^mailto:/i.test(url)) return 'mail';
  return /^tel:/i.test(url) ? 'telephone' : 'other';
}

/** A name that the text shows though the link leads to another. */
function otherHost(url: string, text: string): string | undefined {
  const shown = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/:?#]|$)/i.exec(text)?.[1]?.toLowerCase();
  if (shown === undefined || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname;
  const isSame = host === shown || host.endsWith(`.${shown}`) || shown.endsWith(`.${host}`);
  return isSame ? undefined : shown;
}

function pageWarnings(url: string, text: string): readonly string[] {
  if (!URL.canParse(url)) return ['It is no valid address.'];
  const shown = otherHost(url, text);
  return [
    ...(url.startsWith('http:') && !isLoopbackUrl(url) ? ['It is not encrypted (http).'] : []),
    ...(shown === undefined ? [] : [`It shows ${shown}, but leads elsewhere.`]),
    ...(/\{\{|\}\}|%7B%7B|\$\{|<%/i.test(url) ? ['A placeholder was not filled in.'] : []),
  ];
}

function warningsOf(url: string, text: string): readonly string[] {
  if (url === '' || url === '#') return ['It leads nowhere.'];
  const kind = kindOf(url);
  if (kind === 'page') return pageWarnings(url, text);
  if (kind !== 'other' || isLink(url)) return [];
  return isRemote(url) || /^[a-z][\w+.-]*:/i.test(url)
    ? ['Mail clients take this kind of link out.']
    : ['It is relative: in a mail there is nothing that it is relative to.'];
}

interface OpenLink {
  readonly url: string;
  readonly at: number;
  readonly words: string[];
}

export async function linksOf(html: string): Promise<readonly FoundLink[]> {
  const text = html.slice(0, MOST_HTML);
  const locate = createLocator(text);
  const found = new Map<string, FoundLink>();
  const open: (OpenLink | undefined)[] = [];
  const add = (url: string, shown: string, at: number, kind: FoundLink['kind']) => {
    const key = `${kind} ${url} ${shown}`;
    const known = found.get(key);
    if (known !== undefined) found.set(key, { ...known, count: known.count + 1 });
    else if (found.size < MOST_LINKS) {
      const warnings = kind === 'image' ? [] : warningsOf(url, shown);
      const { line } = locate(at);
      found.set(key, { url, text: shown, kind, line, count: 1, isLoopback: isLoopbackUrl(url), warnings });
    }
  };
  await walkHtml(text, {
    onopentag(name, attributes, at) {
      const { href, src } = attributes;
      if (name === 'img' && src !== undefined && remoteAttributes(name, attributes) > 0)
        add(src.trim(), '', at, 'image');
      if (name === 'area' && href !== undefined) add(href.trim(), '', at, kindOf(href.trim()));
      if (name === 'a') {
        const isTarget = href === undefined || (href.startsWith('#') && href.length > 1);
        open.push(isTarget ? undefined : { url: href.trim(), at, words: [] });
      }
    },
    ontext(words) {
      open.at(-1)?.words.push(words);
    },
    onclosetag(name) {
      const link = name === 'a' ? open.pop() : undefined;
      if (link === undefined) return;
      const shown = link.words.join('').replace(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT);
      add(link.url, shown, link.at, kindOf(link.url));
    },
  });
  return [...found.values()];
}
