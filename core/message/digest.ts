/** All that the index keeps of one message: structure, first words, counts, and the text to find it by. */
import type { MessageContent } from '../mail/message.ts';
import type { IndexedMessage } from '../store/index-source.ts';
import type { StoredPart } from '../store/store.ts';
import { decodedText } from './decode.ts';
import { bodyOf } from '../mail/delivered-form.ts';
import { threadWords } from '../mail/thread.ts';
import { decodeHeaderBytes, parseHeaders } from './headers.ts';
import { readHtml } from './html-text.ts';
import { knownAddresses, searchTextOf, tagsOf, type Envelope } from './search-text.ts';
import { parseStructure } from './structure.ts';

const PREVIEW_LENGTH = 140;
/** Half a character, left by a cut. */
const LONE_SURROGATE = /\p{Cs}/gu;
/** Decoded bytes that are read of all text parts of a message, and of all HTML parts. */
const MOST_TEXT = 256 * 1024;
/** HTML read for its references; more of it only makes the count a low bound. */
const MOST_HTML = 1024 * 1024;
/** Parts that are text though they are not text/plain. */
const REPORTS = new Set(['message/delivery-status', 'message/global-delivery-status', 'text/rfc822-headers']);

export interface DigestInput extends Envelope {
  readonly id: number;
  readonly content: MessageContent;
}

const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();

function readText(parts: readonly StoredPart[], body: Uint8Array): string {
  const texts: string[] = [];
  let left = MOST_TEXT;
  for (const part of parts) {
    const isText = part.contentType === 'text/plain' || REPORTS.has(part.contentType);
    if (!isText || part.isAttachment || left <= 0) continue;
    const text = decodedText(part, body, left);
    left -= text.length;
    texts.push(text);
  }
  return texts.join('\n');
}

/** What the message's HTML says and would load; the first megabyte of it. */
export function readAllHtml(parts: readonly StoredPart[], body: Uint8Array) {
  const texts: string[] = [];
  let remoteResources = 0;
  let left = MOST_HTML;
  for (const part of parts) {
    if (left <= 0) break;
    const html = decodedText(part, body, left);
    left -= html.length;
    const reading = readHtml(html);
    texts.push(reading.text);
    remoteResources += reading.remoteResources;
  }
  return { text: texts.join('\n').slice(0, MOST_TEXT), remoteResources };
}

/** The HTML parts that are the message itself: not attached, not in an attached message. */
export function htmlParts(parts: readonly StoredPart[]): readonly StoredPart[] {
  let embeddedDepth = Infinity;
  return parts.filter((part) => {
    if (part.depth <= embeddedDepth)
      embeddedDepth = part.contentType === 'message/rfc822' ? part.depth : Infinity;
    return part.contentType === 'text/html' && !part.isAttachment && embeddedDepth === Infinity;
  });
}

const firstWithWords = (...texts: readonly string[]) => texts.find((text) => squeeze(text) !== '') ?? '';

/** What a message without readable parts says can at least be found. */
const sourceText = (body: Uint8Array) => decodeHeaderBytes(body.subarray(0, MOST_TEXT));

/** Never throws for the message's sake: what cannot be read is told in `structureError`. */
export async function digestMessage(input: DigestInput): Promise<IndexedMessage> {
  const { id, content } = input;
  const { parts, error } = await parseStructure(content);
  const body = bodyOf(content);
  const headers = parseHeaders(content.header);
  const plain = readText(parts, body);
  const html = htmlParts(parts);
  const reading = readAllHtml(html, body);
  const text = firstWithWords(plain, reading.text, error === undefined ? '' : sourceText(body));
  return {
    id,
    digest: {
      preview: squeeze(text.slice(0, PREVIEW_LENGTH * 8))
        .slice(0, PREVIEW_LENGTH)
        .replace(LONE_SURROGATE, ''),
      attachments: parts.filter((p) => p.isAttachment).length,
      hasHtml: html.length > 0,
      remoteResources: reading.remoteResources,
      ...(error === undefined ? {} : { structureError: error }),
    },
    parts,
    text: searchTextOf(headers, input, parts, text),
    addresses: knownAddresses(headers, input),
    tags: tagsOf(headers, input),
    thread: threadWords(headers),
  };
}

/** What is kept of a message whose reading failed altogether. */
export function failedDigest(id: number, envelope: Envelope, reason: string): IndexedMessage {
  return {
    id,
    digest: {
      preview: '',
      attachments: 0,
      hasHtml: false,
      remoteResources: 0,
      structureError: reason,
    },
    parts: [],
    text: searchTextOf([], envelope, [], ''),
    addresses: knownAddresses([], envelope),
    tags: tagsOf([], envelope),
    thread: threadWords([]),
  };
}
