/**
 * An HTML part for the sandboxed frame. The frame's sandbox and its Content-Security-Policy (sent with the resource)
 * are what keeps script and network out; taking out here what neither needs nor may work is the second line, and keeps
 * forms, redirects and relative URLs from meaning anything. Parsed and written again by a tokenizer.
 */
import {
  createAttributeWriter,
  createResolver,
  escapeText,
  NAME,
  type FrameOptions,
} from './frame-attributes.ts';
import { replaceCssUrls } from './html-references.ts';
import { walkHtml } from './html-walk.ts';
import { underScheme, usedScheme, type Scheme } from './mail-scheme.ts';

/** Left out with everything in them. */
const DROPPED_WHOLE = new Set(['script', 'iframe', 'frameset', 'template', 'noframes', 'noembed', 'title']);
/** Left out alone: they would act on the whole document, or on what follows. */
const DROPPED = new Set(
  'applet base body embed form frame head html link meta object param plaintext xmp'.split(' '),
);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const SCHEME_METAS = new Set(['color-scheme', 'supported-color-schemes']);
const TOO_DEEP = '<hr><p>The rest is nested too deeply to be shown. The source has all of it.</p>';

/** Collects the document: styles that come before the body stand in its head. */
function createDocument(preface: string) {
  const head: string[] = [];
  const body: string[] = [];
  let attributes: string | undefined;
  let scheme: Scheme | undefined;
  return {
    add(text: string, mayStandInHead: boolean) {
      (mayStandInHead && attributes === undefined && body.length === 0 ? head : body).push(text);
    },
    /** The body element's own attributes; the first one counts. */
    begin(bodyAttributes: string) {
      attributes ??= bodyAttributes;
    },
    useScheme(used: Scheme) {
      scheme ??= used;
    },
    get isBegun() {
      return attributes !== undefined || body.length > 0;
    },
    toString() {
      const meta = scheme === undefined ? '' : `<meta name="color-scheme" content="${scheme}">`;
      return `<!doctype html><html><head><meta charset="utf-8">${meta}${head.join('')}</head><body${attributes ?? ''}>${preface}${body.join('')}</body></html>`;
    },
  };
}

/** The document that the frame shows, as UTF-8 text. */
export async function htmlForFrame(html: string, options: FrameOptions): Promise<string> {
  const { scheme } = options;
  const resolve = createResolver(options);
  const attributesOf = createAttributeWriter(options);
  const document = createDocument(options.preface ?? '');
  let dropped = 0;
  let style: { readonly attributes: string; readonly css: string[] } | undefined;

  function open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'body') document.begin(attributesOf(name, attributes));
    else if (name === 'style') style = { attributes: attributesOf(name, attributes), css: [] };
    else if (name === 'meta' && SCHEME_METAS.has(attributes['name']?.toLowerCase() ?? '')) {
      document.useScheme(usedScheme(attributes['content'] ?? '', scheme));
    } else if (!DROPPED.has(name) && NAME.test(name)) {
      document.add(`<${name}${attributesOf(name, attributes)}>`, false);
    }
  }
  function close(name: string): void {
    if (style !== undefined && name === 'style') {
      const css = replaceCssUrls(underScheme(style.css.join(''), scheme), resolve).replaceAll('</', '<\\/');
      document.add(`<style${style.attributes}>${css}</style>`, true);
      style = undefined;
    } else if (!DROPPED.has(name) && !VOID.has(name) && NAME.test(name)) {
      document.add(`</${name}>`, false);
    }
  }
  const isWhole = await walkHtml(html, {
    onopentag(name, attributes) {
      if (DROPPED_WHOLE.has(name)) dropped += 1;
      if (dropped === 0) open(name, attributes);
    },
    onclosetag(name) {
      if (DROPPED_WHOLE.has(name)) dropped = Math.max(0, dropped - 1);
      else if (dropped === 0) close(name);
    },
    ontext(text) {
      if (dropped > 0) return;
      if (style !== undefined) style.css.push(text);
      else if (document.isBegun || text.trim() !== '') document.add(escapeText(text), false);
    },
  });
  if (!isWhole) document.add(TOO_DEEP, false);
  return document.toString();
}
