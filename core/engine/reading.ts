/** One message as it is read: the calls that show, check and hand out what is in it. */
import type { MailArea } from '../api/areas/mail.ts';
import type { InnerMessage, MessageBody, MessageDetail } from '../api/contract/mail.ts';
import { createMessageReader, type MessageAt, type ReadMessage } from '../message/message.ts';
import type { MailRecord, Store } from '../store/store.ts';
import { askLinks } from './ask-links.ts';
import { toChecks } from './checks-answer.ts';
import { toRow } from './mail-row.ts';
import { toBody, toDetails } from './message-answer.ts';

export type Reading = Pick<
  MailArea,
  | 'get'
  | 'inside'
  | 'details'
  | 'checks'
  | 'askLinks'
  | 'source'
  | 'delivered'
  | 'html'
  | 'print'
  | 'attachments'
  | 'part'
>;

export interface ReadingDependencies {
  readonly mail: Store['mail'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createReading({ mail, now }: ReadingDependencies): Reading {
  const reader = createMessageReader({ mail, now });

  const checksOf = async (at: MessageAt) => {
    const arrivedAt = mail.get(at.id)?.arrivedAt;
    return arrivedAt === undefined ? undefined : reader.checks(at, arrivedAt);
  };

  return {
    async get(id) {
      const record = mail.get(id);
      const read = await reader.read({ id, inside: '' }, record?.digest?.remoteResources);
      if (record === undefined || read === undefined) return undefined;
      return toDetail(record, toBody(read, record.digest?.structureError), related(mail, record, read));
    },
    async inside(at) {
      const read = await reader.read(at);
      return read === undefined ? undefined : toInner(read);
    },
    async details(at, number) {
      const details = await reader.details(at, number);
      return details === undefined ? undefined : toDetails(details);
    },
    async checks(at) {
      const checks = await checksOf(at);
      return checks === undefined ? undefined : toChecks(checks);
    },
    async askLinks(at) {
      const links = (await checksOf(at))?.links;
      if (links === undefined) return undefined;
      return askLinks([...new Set(links.filter(({ isLoopback }) => isLoopback).map(({ url }) => url))]);
    },
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

/** Of our own reports the store knows the message; of one from elsewhere, a queue id that it names may be ours. */
function related(
  mail: Store['mail'],
  { id, related: known }: MailRecord,
  { reportedQueueIds }: ReadMessage,
): MessageDetail['related'] {
  if (known.some(({ relation }) => relation === 'original')) return [...known];
  const found = reportedQueueIds
    .map((queueId) => mail.findByQueueId(queueId))
    .find((other) => other !== undefined && other !== id);
  const subject = found === undefined ? undefined : mail.subject(found);
  if (found === undefined || subject === undefined) return [...known];
  return [{ id: found, relation: 'original', subject }, ...known];
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
