/** One stored message for a person to read: headers, text, HTML, parts, delivered form. Read when asked, never kept. */
import type { MessageContent } from '../mail/message.ts';
import type { MailStore, StoredPart } from '../store/store.ts';
import { decodedBytes, decodedText, encodedBytes } from './decode.ts';
import { bodyOf, deliveredForm } from '../mail/delivered-form.ts';
import { htmlParts } from './digest.ts';
import { parseHeaders, type HeaderField } from './headers.ts';
import { htmlForFrame } from './html-frame.ts';
import { parseStructure } from './structure.ts';

/** More of a text is not shown. */
const MOST_TEXT = 1024 * 1024;

export interface PartBytes {
  readonly contentType: string;
  readonly charset: string;
  /** As the message has it: make it safe (safeFileName) before any file is named by it. */
  readonly fileName: string;
  readonly body: Uint8Array;
}

export interface MessageReader {
  /** Of the delivered form. */
  headers(id: number): readonly HeaderField[];
  /** The first text/plain part, decoded, cut at 1 MB; '' when there is none. */
  text(id: number): Promise<string>;
  /** The document for the sandboxed frame; undefined when the message has no HTML. */
  html(id: number): Promise<string | undefined>;
  /** One part decoded, or `raw`: its header and body as they stand. */
  part(id: number, number: string, raw: boolean): Promise<PartBytes | undefined>;
  source(id: number): Uint8Array | undefined;
  /**
   * With what the agent put in front, for one mailbox; undefined when it is gone or was not delivered there. A mailbox
   * may have several copies, one for each recipient that led to it: `copy` counts them from 0.
   */
  delivered(id: number, mailbox?: string, copy?: number): Uint8Array | undefined;
}

export interface ReaderDependencies {
  readonly mail: Pick<MailStore, 'content' | 'header' | 'parts' | 'deliveries'>;
  readonly partUrl: (id: number, number: string) => string;
}

export function createMessageReader({ mail, partUrl }: ReaderDependencies): MessageReader {
  /** Parts from the index, or read now when the indexer has not come to it yet. */
  async function open(
    id: number,
  ): Promise<{ content: MessageContent; parts: readonly StoredPart[] } | undefined> {
    const content = mail.content(id);
    if (content === undefined) return undefined;
    const stored = mail.parts(id);
    return { content, parts: stored.length > 0 ? stored : (await parseStructure(content)).parts };
  }

  return {
    headers(id) {
      const header = mail.header(id);
      return header === undefined ? [] : parseHeaders(header);
    },
    async text(id) {
      const message = await open(id);
      const part = message?.parts.find((p) => p.contentType === 'text/plain' && !p.isAttachment);
      if (message === undefined || part === undefined) return '';
      return decodedText(part, bodyOf(message.content), MOST_TEXT).slice(0, MOST_TEXT);
    },
    async html(id) {
      const message = await open(id);
      if (message === undefined) return undefined;
      const { content, parts } = message;
      const documents = htmlParts(parts).map((part) => decodedText(part, bodyOf(content)));
      if (documents.length === 0) return undefined;
      return htmlForFrame(documents.join('\n'), { parts, partUrl: (number) => partUrl(id, number) });
    },
    async part(id, number, raw) {
      const message = await open(id);
      const part = message?.parts.find((p) => p.number === number);
      if (message === undefined || part === undefined) return undefined;
      const body = bodyOf(message.content);
      const isText = part.contentType.startsWith('text/');
      return {
        contentType: part.contentType,
        charset: isText ? part.charset : '',
        fileName: part.fileName,
        body: raw ? encodedBytes({ ...part, bodyStart: part.headerStart }, body) : decodedBytes(part, body),
      };
    },
    source: (id) => mail.content(id)?.raw,
    delivered(id, mailbox, copy = 0) {
      const content = mail.content(id);
      if (content === undefined) return undefined;
      if (mailbox === undefined) return deliveredForm(content);
      const delivery = mail.deliveries(id).filter((one) => one.mailbox === mailbox)[copy];
      return delivery === undefined ? undefined : deliveredForm(content, delivery.head);
    },
  };
}
