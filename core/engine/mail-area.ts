/** Captured mail as the calls see it: the store's rows with what core/message reads in the bytes. */
import type { MailArea, RefusalArea } from '../api/areas/mail.ts';
import type {
  Calendar,
  InnerMessage,
  MessageBody,
  MessageDetail,
  MessageRow,
  Part,
} from '../api/contract/mail.ts';
import { createMessageReader, kindOf, safeFileName, type ReadMessage } from '../message/message.ts';
import type { MailRecord, MailRow, Store, StoredPart } from '../store/store.ts';

export interface MailAreaDependencies {
  readonly store: Pick<Store, 'mail'>;
  /** What an alias leads to, as its table says now; '' when it is gone. */
  readonly aliasTarget: (name: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createMailArea({ store: { mail }, aliasTarget, now }: MailAreaDependencies): MailArea {
  const reader = createMessageReader({ mail, now });

  /** The message that a report from elsewhere is about; of our own reports the store knows it. */
  function reported(
    { id, related }: MailRecord,
    { reportedQueueIds }: ReadMessage,
  ): MessageDetail['related'] {
    if (related.some(({ relation }) => relation === 'original')) return [...related];
    const found = reportedQueueIds
      .map((queueId) => mail.findByQueueId(queueId))
      .find((other) => other !== undefined && other !== id);
    const subject = found === undefined ? undefined : mail.subject(found);
    if (found === undefined || subject === undefined) return [...related];
    return [{ id: found, relation: 'original', subject }, ...related];
  }

  return {
    async list(query) {
      const { messages, hasMore } = await mail.list(query);
      return { messages: messages.map(toRow), hasMore };
    },
    folders() {
      const counts = mail.folders();
      return Promise.resolve({
        ...counts,
        mailboxes: [...counts.mailboxes],
        aliases: counts.aliases.map(({ name, total }) => ({ name, total, target: aliasTarget(name) })),
      });
    },
    async get(id) {
      const record = mail.get(id);
      const read = await reader.read({ id, inside: '' }, record?.digest?.remoteResources);
      if (record === undefined || read === undefined) return undefined;
      return toDetail(record, toBody(read, record.digest?.structureError), reported(record, read));
    },
    async inside(at) {
      const read = await reader.read(at);
      return read === undefined ? undefined : toInner(read);
    },
    async details(at, number) {
      const details = await reader.details(at, number);
      if (details === undefined) return undefined;
      const { calendar, cards, headers, ...rest } = details;
      return {
        ...rest,
        headers: headers.map(toField),
        ...(cards === undefined
          ? {}
          : { cards: cards.map(({ name, fields }) => ({ name, fields: [...fields] })) }),
        ...(calendar === undefined ? {} : { calendar: toCalendar(calendar) }),
      };
    },
    mark: async (ids, marks) => (await mail.mark(ids, marks)).length,
    remove: async (ids) => (await mail.remove(ids)).length,
    restore: async (ids) => (await mail.restore(ids)).length,
    purge: async (ids) => (await mail.purge(ids)).length,
    source: (at) => reader.source(at),
    delivered: (id, mailbox, copy) => Promise.resolve(reader.delivered(id, mailbox, copy)),
    html: (at, options) => reader.html(at, options),
    print: (at, partUrl) => reader.print(at, { partUrl }),
    attachments: (at) => reader.attachments(at),
    async part(at, number, raw) {
      const part = await reader.part(at, number, raw);
      if (part === undefined) return undefined;
      const { contentType, charset, fileName, body } = part;
      return {
        contentType: charset === '' ? contentType : `${contentType}; charset=${charset}`,
        fileName,
        body,
      };
    },
  };
}

/** Only what lists show: a record has more, which must not travel with every row. */
function toRow(record: MailRow): MessageRow {
  const { id, queueId, arrivedAt, from, to, subject, preview, size, attachments, isRead, isStarred } = record;
  const fates = [...record.fates];
  return { id, queueId, arrivedAt, from, to, subject, preview, size, attachments, isRead, isStarred, fates };
}

function toPart(part: StoredPart): Part {
  const { number, contentType, charset, encoding, disposition, fileName, contentId, depth, isAttachment } =
    part;
  return {
    number,
    contentType,
    kind: kindOf(part),
    charset,
    encoding,
    disposition,
    fileName,
    safeName: fileName === '' ? '' : safeFileName(fileName),
    contentId,
    size: part.bodyEnd - part.bodyStart,
    depth,
    isAttachment,
  };
}

/** The value as it stands travels only where it says something else. */
function toField({ name, value, raw }: ReadMessage['headers'][number]): MessageBody['headers'][number] {
  return raw === value ? { name, value } : { name, value, raw };
}

const toCalendar = ({ method, events }: NonNullable<ReadMessage['calendar']>): Calendar => ({
  method,
  events: events.map((event) => ({ ...event, attendees: [...event.attendees] })),
});

function toBody(read: ReadMessage, indexedError: string | undefined): MessageBody {
  const { headers, headerCount, parts, hasHtml, text, remoteResources, report, calendar } = read;
  const structureError = indexedError ?? read.structureError;
  return {
    headers: headers.map(toField),
    headerCount,
    parts: parts.map(toPart),
    hasHtml,
    text,
    remoteResources,
    ...(structureError === undefined ? {} : { structureError }),
    ...(calendar === undefined ? {} : { calendar: toCalendar(calendar) }),
    ...(report === undefined
      ? {}
      : {
          report: {
            kind: report.kind,
            message: [...report.message],
            recipients: report.recipients.map((fields) => [...fields]),
          },
        }),
  };
}

function toInner(read: ReadMessage): InnerMessage {
  const value = (name: string) =>
    read.headers.find((field) => field.name.toLowerCase() === name)?.value ?? '';
  return {
    ...toBody(read, undefined),
    subject: value('subject'),
    from: value('from'),
    to: value('to'),
    date: value('date'),
    size: read.size,
  };
}

function toDetail(record: MailRecord, body: MessageBody, related: MessageDetail['related']): MessageDetail {
  const { client } = record;
  return {
    ...toRow(record),
    ...body,
    envelope: {
      sender: record.sender,
      recipients: record.recipients.map(({ originalAddress, address }) => originalAddress || address),
      clientName: client?.name ?? '',
      clientAddress: client?.address ?? '',
      helo: client?.helo ?? '',
      protocol: client?.protocol ?? '',
      service: client?.service ?? '',
      origin: record.origin,
    },
    journey: [...record.journey],
    related,
  };
}

export function createRefusalArea({ refusals }: Pick<Store, 'refusals'>): RefusalArea {
  return {
    list(query) {
      const page = refusals.list(query);
      return Promise.resolve({ refusals: [...page.refusals], hasMore: page.hasMore });
    },
    get(id) {
      const found = refusals.get(id);
      if (found === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ ...found, transcript: [...found.transcript], journey: [...found.journey] });
    },
  };
}
