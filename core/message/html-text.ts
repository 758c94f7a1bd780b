/** What an HTML part says and what it would load: one pass of a real tokenizer, no DOM. */
import { cssUrls, isRemote, remoteAttributes } from './html-references.ts';
import { walkHtmlNow } from './html-walk.ts';

/** Elements whose text nobody sees. */
const UNSEEN = new Set(['script', 'style', 'title', 'template', 'svg', 'iframe']);
const BLOCK = new Set(
  'address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul'.split(
    ' ',
  ),
);

export interface HtmlReading {
  /** White space squeezed. */
  readonly text: string;
  /** Resources that showing it would load from elsewhere. */
  readonly remoteResources: number;
}

export function readHtml(html: string): HtmlReading {
  const words: string[] = [];
  let unseen = 0;
  let isStyle = false;
  let remoteResources = 0;
  walkHtmlNow(html, {
    onopentag(name, attributes) {
      if (UNSEEN.has(name)) unseen += 1;
      if (name === 'style') isStyle = true;
      if (BLOCK.has(name)) words.push(' ');
      remoteResources += remoteAttributes(name, attributes);
    },
    onclosetag(name) {
      if (UNSEEN.has(name)) unseen -= 1;
      if (name === 'style') isStyle = false;
      if (BLOCK.has(name)) words.push(' ');
    },
    ontext(text) {
      if (isStyle) remoteResources += cssUrls(text).filter(isRemote).length;
      else if (unseen === 0) words.push(text);
    },
  });
  return { text: words.join('').replace(/\s+/g, ' ').trim(), remoteResources };
}
