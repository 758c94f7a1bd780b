/**
 * An HTML part for the sandboxed frame. The frame's sandbox and its Content-Security-Policy (sent with the resource)
 * are what keeps script and network out; taking out here what neither needs nor may work is the second line, and keeps
 * forms, redirects and relative URLs from meaning anything. Parsed and written again by a tokenizer, in pieces, so that
 * 5 MB of HTML do not hold up mail.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Parser } from 'htmlparser2';
import type { StoredPart } from '../store/store.ts';
import { isLoadingAttribute, isRemote, isSourceSet, replaceCssUrls, sourceSet } from './html-references.ts';

/** Characters parsed before others get their turn. */
const PIECE = 64 * 1024;
/** Left out with everything in them. */
const DROPPED_WHOLE = new Set(['script', 'iframe', 'frameset', 'template', 'noframes', 'noembed', 'title']);
/** Left out alone: they would act on the whole document, or on what follows. */
const DROPPED = new Set(
  'applet base body embed form frame head html link meta object param plaintext xmp'.split(' '),
);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
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
const NAME = /^[a-z_][\w:.-]*$/i;

export interface FrameOptions {
  /** The URL of the part with this number: `/resource/message/ID/part/N`. */
  readonly partUrl: (number: string) => string;
  readonly parts: readonly StoredPart[];
}

const escapeText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `cid:` references (RFC 2392) and Content-Location (RFC 2557) to part URLs; '' for what leads nowhere. */
function createResolver({ partUrl, parts }: FrameOptions): (url: string) => string {
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

/** Where a person may go by a click. */
function linkAttributes(value: string): readonly string[] {
  if (!/^(?:https?:|mailto:|tel:|#)/i.test(value.trim())) return [];
  return value.startsWith('#')
    ? [`href="${escapeAttribute(value)}"`]
    : [`href="${escapeAttribute(value.trim())}"`, 'target="_blank"', 'rel="noopener noreferrer"'];
}

function createAttributeWriter(resolve: (url: string) => string) {
  const write = (element: string, name: string, value: string): readonly string[] => {
    const isUnsafe = name.startsWith('on') || DROPPED_ATTRIBUTES.has(name) || !NAME.test(name);
    if (isUnsafe) return [];
    if (isSourceSet(name)) {
      const set = sourceSet(value).map((s) => `${resolve(s.url)} ${s.descriptor}`.trim());
      return [`${name}="${escapeAttribute(set.join(', '))}"`];
    }
    if (isLoadingAttribute(element, name)) {
      const url = resolve(value);
      return url === '' ? [] : [`${name}="${escapeAttribute(url)}"`];
    }
    if (name === 'href') return linkAttributes(value);
    if (name === 'xlink:href') return value.startsWith('#') ? [`${name}="${escapeAttribute(value)}"`] : [];
    if (name === 'style') return [`style="${escapeAttribute(replaceCssUrls(value, resolve))}"`];
    return [`${name}="${escapeAttribute(value)}"`];
  };
  return (element: string, attributes: Readonly<Record<string, string>>) =>
    Object.entries(attributes)
      .flatMap(([name, value]) => write(element, name, value))
      .map((text) => ` ${text}`)
      .join('');
}

/** Collects the document: styles that come before the body stand in its head. */
function createDocument() {
  const head: string[] = [];
  const body: string[] = [];
  let attributes: string | undefined;
  return {
    add(text: string, mayStandInHead: boolean) {
      (mayStandInHead && attributes === undefined && body.length === 0 ? head : body).push(text);
    },
    /** The body element's own attributes; the first one counts. */
    begin(bodyAttributes: string) {
      attributes ??= bodyAttributes;
    },
    get isBegun() {
      return attributes !== undefined || body.length > 0;
    },
    toString: () =>
      `<!doctype html><html><head><meta charset="utf-8">${head.join('')}</head><body${attributes ?? ''}>${body.join('')}</body></html>`,
  };
}

/** The document that the frame shows, as UTF-8 text. */
export async function htmlForFrame(html: string, options: FrameOptions): Promise<string> {
  const resolve = createResolver(options);
  const attributesOf = createAttributeWriter(resolve);
  const document = createDocument();
  let dropped = 0;
  let style: string[] | undefined;

  function close(name: string): void {
    if (style !== undefined && name === 'style') {
      const css = replaceCssUrls(style.join(''), resolve).replaceAll('</', '<\\/');
      document.add(`<style>${css}</style>`, true);
      style = undefined;
    } else if (!DROPPED.has(name) && !VOID.has(name) && NAME.test(name)) {
      document.add(`</${name}>`, false);
    }
  }
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (DROPPED_WHOLE.has(name)) dropped += 1;
        if (dropped > 0) return;
        if (name === 'body') document.begin(attributesOf(name, attributes));
        else if (name === 'style') style = [];
        else if (!DROPPED.has(name) && NAME.test(name)) {
          document.add(`<${name}${attributesOf(name, attributes)}>`, false);
        }
      },
      onclosetag(name) {
        if (DROPPED_WHOLE.has(name)) dropped = Math.max(0, dropped - 1);
        else if (dropped === 0) close(name);
      },
      ontext(text) {
        if (dropped > 0) return;
        if (style !== undefined) style.push(text);
        else if (document.isBegun || text.trim() !== '') document.add(escapeText(text), false);
      },
    },
    { decodeEntities: true },
  );

  for (let at = 0; at < html.length; at += PIECE) {
    parser.write(html.slice(at, at + PIECE));
    if (at + PIECE < html.length) await nextTurn();
  }
  parser.end();
  return document.toString();
}
