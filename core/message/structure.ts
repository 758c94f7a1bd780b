/**
 * The MIME structure of a message (RFC 2045, 2046): parts with IMAP section numbers (RFC 3501 section 6.4.5) and byte
 * ranges in the stored body. Reads, never throws: what cannot be parsed is told as a reason beside what could.
 */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MimeNode, Splitter, type MessageChunk, type SplitterChunk } from '@zone-eu/mailsplit';
import type { MessageContent } from '../mail/message.ts';
import type { StoredPart } from '../store/store.ts';
import { bodyOf } from '../mail/delivered-form.ts';

/** More parts are not read; the source still shows them. */
const MOST_PARTS = 20_000;
/** Bytes split before others get their turn. */
const PIECE = 2 * 1024 * 1024;
const LARGEST_HEADER = 8 * 1024 * 1024;
const CR = 0x0d;
const LF = 0x0a;
/** Words longer than this in a type, name or id are no use to anyone. */
const LONGEST_WORD = 1000;

export interface Structure {
  readonly parts: readonly StoredPart[];
  /** Why not all of it could be read. */
  readonly error?: string;
}

type PartNode = Extract<SplitterChunk, { readonly type: 'node' }>;

/** A part while its end is not known yet. */
interface OpenPart {
  readonly node: PartNode;
  readonly parent: OpenPart | undefined;
  readonly depth: number;
  readonly headerStart: number;
  readonly bodyStart: number;
  bodyEnd: number;
}

export async function parseStructure(content: MessageContent): Promise<Structure> {
  const body = bodyOf(content);
  const header = Buffer.concat([content.header, Buffer.from('\n')]);
  return singlePart(header, body.length) ?? splitParts(header, body);
}

/** Most mail has one part: then its header says all, and the body need not be looked at. */
function singlePart(header: Buffer, length: number): Structure | undefined {
  if (header.length > LARGEST_HEADER) return undefined;
  const root: PartNode = new MimeNode(false);
  try {
    root.addHeaderChunk(header);
    root.parseHeaders();
  } catch {
    return undefined;
  }
  if (root.multipart !== false || root.contentType === 'message/rfc822') return undefined;
  const part = { node: root, parent: undefined, depth: 0, headerStart: 0, bodyStart: 0, bodyEnd: length };
  return { parts: toParts([part]) };
}

async function splitParts(header: Buffer, body: Uint8Array): Promise<Structure> {
  const open: OpenPart[] = [];
  const byNode = new Map<unknown, OpenPart>();
  let offset = -header.length;

  function takeNode(node: PartNode): void {
    const parent = node.parentNode === false ? undefined : byNode.get(node.parentNode);
    const headerStart = Math.max(0, offset);
    offset += node.getHeaders().length;
    const bodyStart = Math.max(0, offset);
    const depth = parent === undefined ? 0 : parent.depth + 1;
    const part: OpenPart = { node, parent, depth, headerStart, bodyStart, bodyEnd: bodyStart };
    byNode.set(node, part);
    open.push(part);
  }

  function takeBytes({ type, node, value }: MessageChunk): void {
    offset += value.length;
    const part = byNode.get(node);
    if (type === 'body' && part !== undefined) part.bodyEnd = offset;
  }

  const take = (chunk: SplitterChunk) => {
    if (chunk.type === 'node') takeNode(chunk);
    else takeBytes(chunk);
  };

  const problem = await split(header, body, take);
  closeContainers(open, Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  const parts = toParts(open);
  const isLost = problem === undefined && offset !== body.length;
  const error = problem ?? (isLost ? 'byte ranges do not add up' : undefined) ?? complaint(open);
  return { parts: isLost ? [] : parts, ...(error === undefined ? {} : { error }) };
}

/** Feeds the splitter; answers why it stopped, or undefined. */
async function split(
  header: Uint8Array,
  body: Uint8Array,
  take: (chunk: SplitterChunk) => void,
): Promise<string | undefined> {
  const splitter = new Splitter({
    maxChildNodes: MOST_PARTS,
    maxHeadSize: LARGEST_HEADER,
    defaultInlineEmbedded: true,
  });
  splitter.on('data', take);
  const ended = once(splitter, 'end');
  splitter.write(header);
  try {
    for (let at = 0; at < body.length; at += PIECE) {
      const end = Math.min(at + PIECE, body.length);
      splitter.write(Buffer.from(body.buffer, body.byteOffset + at, end - at));
      if (end < body.length) await Promise.race([ended, nextTurn()]);
    }
    splitter.end();
    await ended;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Ends of the parts that hold others. The splitter tells only the text between parts, and that of several levels
 * at once: so each end is looked for, from the last part within on, by the delimiter of the level above.
 */
function closeContainers(open: readonly OpenPart[], body: Buffer): void {
  const lastEnd = new Map<OpenPart, number>();
  for (const part of [...open].reverse()) {
    const end = Math.max(part.bodyEnd, lastEnd.get(part) ?? 0);
    lastEnd.set(part, end);
    if (part.parent !== undefined) lastEnd.set(part.parent, Math.max(end, lastEnd.get(part.parent) ?? 0));
  }
  const containers = new Set(open.map((part) => part.parent));
  for (const part of open) {
    if (part.parent === undefined) part.bodyEnd = body.length;
    else if (containers.has(part) || part.node.multipart !== false) {
      part.bodyEnd = delimiterAfter(part.parent, body, lastEnd.get(part) ?? part.bodyStart);
    }
  }
}

/** Where the container's next delimiter line begins, with the line end before it; or where the container ends. */
function delimiterAfter(container: OpenPart, body: Buffer, from: number): number {
  const boundary = container.node._boundary;
  if (boundary === false) return container.bodyEnd;
  const delimiter = `--${boundary.toString('latin1')}`;
  let at = body.indexOf(delimiter, from, 'latin1');
  while (at > 0 && body[at - 1] !== LF) at = body.indexOf(delimiter, at + 1, 'latin1');
  if (at <= 0 || at > container.bodyEnd) return container.bodyEnd;
  const end = body[at - 2] === CR ? at - 2 : at - 1;
  return Math.max(from, end);
}

/** What is wrong with a message that could be split all the same. */
function complaint(open: readonly OpenPart[]): string | undefined {
  const empty = open.find((p) => p.node.multipart !== false && !open.some((child) => child.parent === p));
  if (empty === undefined) return undefined;
  return empty.node._boundary === false
    ? 'multipart without a boundary parameter'
    : 'multipart whose boundary does not occur in it';
}

const short = (text: string | false) => (text === false ? '' : text.slice(0, LONGEST_WORD));

/** `2.1` of [2, 1]; a message that is not a multipart is its own first part. */
function partNumber(node: PartNode): string {
  const words = node.partNr === false ? [] : node.partNr;
  const isRoot = words.at(-1) === 'TEXT';
  if (!isRoot) return words.join('.');
  const outer = words.slice(0, -1);
  if (node.multipart === false) return [...outer, 1].join('.');
  return outer.length === 0 ? '' : [...outer, 'TEXT'].join('.');
}

function isMessage(part: OpenPart | undefined): boolean {
  return part?.node.contentType === 'message/rfc822';
}

function hasAncestor(part: OpenPart, test: (part: OpenPart) => boolean): boolean {
  for (let p = part.parent; p !== undefined; p = p.parent) if (test(p)) return true;
  return false;
}

/** What a reader lists as attached: not the text, its alternatives, images shown in it, nor what a report is made of. */
function isAttachment(part: OpenPart): boolean {
  const { node, parent } = part;
  if (node.multipart !== false || hasAncestor(part, isMessage)) return false;
  if (node.disposition === 'attachment') return true;
  if (node.contentType === 'text/plain' || node.contentType === 'text/html') return false;
  if (parent?.node.multipart === 'alternative' || parent?.node.multipart === 'report') return false;
  const isReferable = headerValue(node, 'Content-ID') !== '' || headerValue(node, 'Content-Location') !== '';
  return !(isReferable && hasAncestor(part, (p) => p.node.multipart === 'related'));
}

function headerValue(node: PartNode, name: string): string {
  return node.headers === false ? '' : node.headers.getFirst(name).trim();
}

function toParts(open: readonly OpenPart[]): readonly StoredPart[] {
  return open.map((part) => {
    const { node } = part;
    return {
      number: partNumber(node),
      depth: part.depth,
      contentType: short(node.contentType) || 'text/plain',
      charset: short(node.charset),
      encoding: short(node.encoding) || '7bit',
      disposition: short(node.disposition),
      fileName: short(node.filename),
      contentId: short(headerValue(node, 'Content-ID').replace(/^<|>$/g, '')),
      contentLocation: short(headerValue(node, 'Content-Location')),
      flowed: node.flowed ? (node.delSp ? 'delsp' : 'yes') : 'no',
      isAttachment: isAttachment(part),
      headerStart: part.headerStart,
      bodyStart: part.bodyStart,
      bodyEnd: part.bodyEnd,
    };
  });
}
