/** A stored message, or one inside of it, opened for reading: its bytes and its parts. Nothing is kept. */
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

/** Parts come from the index, or are read now when the indexer has not come to the message yet. */
export function createOpener(mail: Pick<MailStore, 'content' | 'parts'>): OpenMessage {
  return async ({ id, inside }) => {
    const content = mail.content(id);
    if (content === undefined) return undefined;
    const stored = mail.parts(id);
    let opened: OpenedMessage | undefined =
      stored.length > 0 ? { content, body: bodyOf(content), parts: stored } : await parsed(content);
    const path = inside === '' ? [] : inside.split(',');
    if (path.length > DEEPEST) return undefined;
    for (const number of path) opened = opened === undefined ? undefined : await enter(opened, number);
    return opened;
  };
}
