/** Messages for a person to read: headers, text, HTML, parts, delivered form. */
import { deliveredForm } from '../mail/delivered-form.ts';
import type { MailStore } from '../store/store.ts';
import { zipAttachments } from './attachments.ts';
import type { Calendar } from './calendar.ts';
import { checkMessage, type Checks } from './checks/checks.ts';
import { firstCalendar } from './content-parts.ts';
import { decodedBytes, decodedText, encodedBytes } from './decode.ts';
import { htmlParts, readAllHtml } from './digest.ts';
import { htmlForFrame } from './html-frame.ts';
import type { FrameOptions } from './frame-attributes.ts';
import { readFields, type FieldAsWritten } from './headers.ts';
import { kindOf } from './kind.ts';
import { createOpener, type MessageAt, type OpenedMessage } from './opened.ts';
import { partDetails, type PartDetails } from './part-details.ts';
import { printPage } from './print-page.ts';
import { readReport, returnedQueueIds, type Report } from './report.ts';
import type { StoredPart } from '../store/store.ts';

/** More of a text is not shown. */
const MOST_TEXT = 1024 * 1024;
/** More header fields, or more characters in them, are not listed; the source has them. */
const MOST_FIELDS = 1000;
const MOST_FIELD_TEXT = 512 * 1024;

export interface PartBytes {
  readonly contentType: string;
  readonly charset: string;
  /** As the message has it: make it safe (safeFileName) before any file is named by it. */
  readonly fileName: string;
  readonly body: Uint8Array;
}

/** What a message says, as its tabs show it. */
export interface ReadMessage {
  /** Of the delivered form; the first of them, where there are very many. */
  readonly headers: readonly FieldAsWritten[];
  readonly headerCount: number;
  readonly parts: readonly StoredPart[];
  readonly hasHtml: boolean;
  /** The first text/plain part, decoded, cut at 1 MB; '' when there is none. */
  readonly text: string;
  readonly remoteResources: number;
  /** Bytes. */
  readonly size: number;
  readonly structureError?: string;
  readonly report?: Report;
  readonly calendar?: Calendar;
  /** Queue ids that a report names: of the message it is about, where it passed through here. */
  readonly reportedQueueIds: readonly string[];
}

export type HtmlOptions = Pick<FrameOptions, 'partUrl' | 'scheme' | 'linkUrl'>;

export interface MessageReader {
  /** `remoteResources`: how many it would load, where that has been counted before. */
  read(at: MessageAt, remoteResources?: number): Promise<ReadMessage | undefined>;
  /** The document for the sandboxed frame; undefined when the message has no HTML. */
  html(at: MessageAt, options: HtmlOptions): Promise<string | undefined>;
  /** One page for the printer. */
  print(at: MessageAt, options: Pick<FrameOptions, 'partUrl'>): Promise<string | undefined>;
  /** One part decoded, or `raw`: its header and body as they stand. */
  part(at: MessageAt, number: string, raw: boolean): Promise<PartBytes | undefined>;
  details(at: MessageAt, number: string): Promise<PartDetails | undefined>;
  /** @param arrivedAt ms since the epoch */
  checks(at: MessageAt, arrivedAt: number): Promise<Checks | undefined>;
  /** A ZIP archive; undefined when nothing is attached. */
  attachments(at: MessageAt): Promise<Uint8Array | undefined>;
  /** The bytes that came in; of a message inside of another: its decoded bytes. */
  source(at: MessageAt): Promise<Uint8Array | undefined>;
  /**
   * With what the agent put in front, for one mailbox; undefined when it is gone or was not delivered there. A mailbox
   * may have several copies, one for each recipient that led to it: `copy` counts them from 0.
   */
  delivered(id: number, mailbox?: string, copy?: number): Uint8Array | undefined;
}

export interface ReaderDependencies {
  readonly mail: Pick<MailStore, 'content' | 'header' | 'parts' | 'deliveries'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The fields that are listed. */
function listed(fields: readonly FieldAsWritten[]): readonly FieldAsWritten[] {
  let left = MOST_FIELD_TEXT;
  const shown: FieldAsWritten[] = [];
  for (const field of fields.slice(0, MOST_FIELDS)) {
    left -= field.raw.length;
    if (left < 0) break;
    shown.push(field);
  }
  return shown;
}

/** Header and body as they stand. */
const asWritten = (part: StoredPart, { content, body }: OpenedMessage): Uint8Array =>
  part.depth === 0 ? deliveredForm(content) : encodedBytes({ ...part, bodyStart: part.headerStart }, body);

function textOf({ parts, body }: OpenedMessage): string {
  const part = parts.find((p) => p.contentType === 'text/plain' && !p.isAttachment);
  return part === undefined ? '' : decodedText(part, body, MOST_TEXT).slice(0, MOST_TEXT);
}

/** `remoteResources`: where the index has counted them already. */
function describe(message: OpenedMessage, remoteResources: number | undefined): ReadMessage {
  const { content, body, parts, structureError } = message;
  const fields = readFields(content.header);
  const html = htmlParts(parts);
  const report = readReport(parts, body);
  const calendar = firstCalendar(parts, body);
  return {
    headers: listed(fields),
    headerCount: fields.length,
    parts,
    hasHtml: html.length > 0,
    text: textOf(message),
    remoteResources: remoteResources ?? readAllHtml(html, body).remoteResources,
    size: content.raw.length,
    reportedQueueIds: report === undefined ? [] : returnedQueueIds(parts, body, report),
    ...(structureError === undefined ? {} : { structureError }),
    ...(report === undefined ? {} : { report }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}

export function createMessageReader({ mail, now }: ReaderDependencies): MessageReader {
  const open = createOpener(mail);

  async function find(at: MessageAt, number: string) {
    const message = await open(at);
    const part = message?.parts.find((p) => p.number === number);
    return message === undefined || part === undefined ? undefined : { message, part };
  }

  return {
    async read(at, remoteResources) {
      const message = await open(at);
      return message === undefined ? undefined : describe(message, remoteResources);
    },
    async html(at, options) {
      const message = await open(at);
      if (message === undefined) return undefined;
      const { body, parts } = message;
      const documents = htmlParts(parts).map((part) => decodedText(part, body));
      return documents.length === 0 ? undefined : htmlForFrame(documents.join('\n'), { ...options, parts });
    },
    async print(at, options) {
      const message = await open(at);
      return message === undefined ? undefined : printPage(message, options);
    },
    async part(at, number, raw) {
      const found = await find(at, number);
      if (found === undefined) return undefined;
      const { part, message } = found;
      const isText = part.contentType.startsWith('text/');
      const isNameless = part.fileName === '' && kindOf(part) === 'message';
      return {
        contentType: part.contentType,
        charset: isText ? part.charset : '',
        fileName: isNameless ? `message-${part.number}.eml` : part.fileName,
        body: raw ? asWritten(part, message) : decodedBytes(part, message.body),
      };
    },
    async details(at, number) {
      const found = await find(at, number);
      return found === undefined ? undefined : partDetails(found.message, found.part);
    },
    async checks(at, arrivedAt) {
      const message = await open(at);
      return message === undefined ? undefined : checkMessage(message, arrivedAt);
    },
    async attachments(at) {
      const message = await open(at);
      return message === undefined ? undefined : zipAttachments(message, new Date(now()));
    },
    async source(at) {
      if (at.inside === '') return mail.content(at.id)?.raw;
      return (await open(at))?.content.raw;
    },
    delivered(id, mailbox, copy = 0) {
      const content = mail.content(id);
      if (content === undefined) return undefined;
      if (mailbox === undefined) return deliveredForm(content);
      const delivery = mail.deliveries(id).filter((one) => one.mailbox === mailbox)[copy];
      return delivery === undefined ? undefined : deliveredForm(content, delivery.head);
    },
  };
}
