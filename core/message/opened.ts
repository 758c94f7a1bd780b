/** A stored message, or one inside of it, opened for reading: its bytes and its parts. */
import type { MessageContent } from '../mail/message.ts';
import { bodyOf } from '../mail/delivered-form.ts';
import type { MailStore, StoredPart } from '../store/store.ts';
import { decodedBytes } from './decode.ts';
import { messageFrom } from './inner-message.ts';
import { kindOf } from './kind.ts';
import { parseStructure } from './structure.ts';

/** Which message: a stored one, or by part numbers, from the outside in, one that it carries: `2` or `2,1.3`. */
export interface MessageAt {
  readonly id: number;
  /** '' is the stored message itself. */
  readonly inside: string;
}

export interface OpenedMessage {
  readonly content: MessageContent;
  readonly body: Uint8Array;
  readonly parts: readonly StoredPart[];
  readonly structureError?: string;
}

/** Messages in messages are opened this deep. */
const DEEPEST = 20;

export type OpenMessage = (at: MessageAt) => Promise<OpenedMessage | undefined>;

async function parsed(content: MessageContent): Promise<OpenedMessage> {
  const { parts, error } = await parseStructure(content);
  return { content, body: bodyOf(content), parts, ...(error === undefined ? {} : { structureError: error }) };
}

async function enter(outer: OpenedMessage, number: string): Promise<OpenedMessage | undefined> {
  const part = outer.parts.find((one) => one.number === number);
  if (part === undefined || kindOf(part) !== 'message') return undefined;
  return parsed(messageFrom(decodedBytes(part, outer.body)));
}

/**
 * Parts come from the index, or are read now when the indexer has not come to the message yet. A person who reads a
 * message asks for several things of it: the last one is kept as long as memory is not wanted for anything else, and is
 * given again while its header is the same.
 */
export function createOpener(mail: Pick<MailStore, 'content' | 'header' | 'parts'>): OpenMessage {
  let last: { readonly id: number; readonly opened: WeakRef<OpenedMessage> } | undefined;

  async function read(id: number): Promise<OpenedMessage | undefined> {
    const content = mail.content(id);
    if (content === undefined) return undefined;
    const parts = mail.parts(id);
    return parts.length > 0 ? { content, body: bodyOf(content), parts } : parsed(content);
  }

  async function openStored(id: number): Promise<OpenedMessage | undefined> {
    const header = mail.header(id);
    if (header === undefined) return undefined;
    const kept = last?.id === id ? last.opened.deref() : undefined;
    if (kept !== undefined && Buffer.compare(kept.content.header, header) === 0) return kept;
    const opened = await read(id);
    if (opened !== undefined) last = { id, opened: new WeakRef(opened) };
    return opened;
  }

  return async ({ id, inside }) => {
    let opened = await openStored(id);
    const path = inside === '' ? [] : inside.split(',');
    if (path.length > DEEPEST) return undefined;
    for (const number of path) opened = opened === undefined ? undefined : await enter(opened, number);
    return opened;
  };
}
