/**
 * The HTML of a message that is forwarded: as it came, with a note and who wrote it in front. What it loads from
 * elsewhere stays named and is not loaded; what it shows by Content-ID (RFC 2392) goes with it. Pure.
 */

/** Between them stands what is written in front of the forwarded text. */
const NOTE = { from: '<!--note-->', to: '<!--/note-->' } as const;
export const FORWARDED = '---------- Forwarded message ----------';

/** What may stand in front of a body without being content. */
const BEFORE_BODY = new Set(['!doctype', 'html', 'head', 'meta', 'link', 'base', 'style', 'script', 'title']);
const LANDMARKS = new Set(['!doctype', 'html', '/head']);
/** In these nothing is a tag but their own end. */
const RAW = new Set(['style', 'script', 'title']);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Behind the tag that begins there; -1: it does not end. A quote is one only behind `=`. */
function endOfTag(html: string, at: number): number {
  const sign = /[>=]/g;
  const quote = /\s*(["'])/y;
  sign.lastIndex = at;
  for (let found = sign.exec(html); found !== null; found = sign.exec(html)) {
    if (found[0] === '>') return sign.lastIndex;
    quote.lastIndex = sign.lastIndex;
    const mark = quote.exec(html)?.[1];
    if (mark === undefined) continue;
    const end = html.indexOf(mark, quote.lastIndex);
    if (end < 0) return -1;
    sign.lastIndex = end + 1;
  }
  return -1;
}

const TAG = /<(?:!--|(\/?[a-z][^\s/>]*|!doctype|[!?]))/gi;

/** Where the element's content ends; -1: nowhere. */
function endOfRaw(html: string, name: string, at: number): number {
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = at;
  return close.exec(html)?.index ?? -1;
}

/** The tags in order, in small letters, and where each ends; comments have no name. Each character is looked at once. */
function* tagsOf(html: string): Generator<{ readonly name: string; readonly end: number }> {
  const tag = new RegExp(TAG);
  for (let found = tag.exec(html); found !== null; found = tag.exec(html)) {
    const name = (found[1] ?? '').toLowerCase();
    const end = name === '' ? html.indexOf('-->', tag.lastIndex) : endOfTag(html, tag.lastIndex);
    if (end < 0) return;
    yield { name, end };
    const next = RAW.has(name) ? endOfRaw(html, name, end) : end;
    if (next < 0) return;
    tag.lastIndex = next;
  }
}

const isContent = (name: string) => /^[a-z]/.test(name) && !BEFORE_BODY.has(name);

/** Where the content of a document begins. */
function contentStart(html: string): number {
  let start = 0;
  for (const { name, end } of tagsOf(html)) {
    if (name === 'body') return end;
    if (isContent(name)) return start;
    if (LANDMARKS.has(name)) start = end;
  }
  return start;
}

/** @param told `From: a@b` and so on, a line each */
export function forwardedHtml(html: string, told: readonly string[]): string {
  // One that was forwarded before has a note already, which is a part of it now.
  const original = html.replaceAll(NOTE.from, '').replaceAll(NOTE.to, '');
  const at = contentStart(original);
  const head = [FORWARDED, ...told].map(escaped).join('<br>\n');
  const front = `${NOTE.from}${NOTE.to}\n<div>${head}</div>\n<br>\n`;
  return `${original.slice(0, at)}${front}${original.slice(at)}`;
}

/** The HTML with the note that stands in the text in front of what is forwarded, where it has a place for one. */
export function withNote(html: string, text: string): string {
  const from = html.indexOf(NOTE.from);
  const to = html.indexOf(NOTE.to, from);
  if (from < 0 || to < 0) return html;
  const note = (text.split(FORWARDED)[0] ?? '').trim();
  const paragraphs = note === '' ? [] : escaped(note).split(/\n{2,}/);
  const written = paragraphs.map((lines) => `<p>${lines.replaceAll('\n', '<br>\n')}</p>`).join('\n');
  return `${html.slice(0, from + NOTE.from.length)}${written}${html.slice(to)}`;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** The Content-IDs that it shows, in small letters. */
export function shownIds(html: string): ReadonlySet<string> {
  const ids = [...html.matchAll(/\bcid:([^\s"'<>)]+)/gi)].map(([, id = '']) => id.replaceAll('&amp;', '&'));
  return new Set(ids.flatMap((id) => [id.toLowerCase(), decoded(id).toLowerCase()]));
}
