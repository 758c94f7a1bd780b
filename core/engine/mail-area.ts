/** Captured mail as the calls see it: the store's rows with what core/message reads in the bytes. */
import type { MailArea, RefusalArea } from '../api/areas/mail.ts';
import { partUrl } from '../api/contract/resources.ts';
import type { MessageDetail, MessageRow } from '../api/contract/mail.ts';
import type { MailRecord, MailRow, Store, StoredPart } from '../store/store.ts';

export interface MailAreaDependencies {
  readonly store: Pick<Store, 'mail'>;
  /** What an alias leads to, as its table says now; '' when it is gone. */
  readonly aliasTarget: (name: string) => string;
}

export function createMailArea({ store: { mail }, aliasTarget }: MailAreaDependencies): MailArea {
  // Loaded when somebody looks at a message: reading MIME takes longer to load than all that mail needs to come in.
  const read = async (urlOf = partUrl) => {
    const { createMessageReader } = await import('../message/message.ts');
    return createMessageReader({ mail, partUrl: urlOf });
  };
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
      if (record === undefined) return undefined;
      const reader = await read();
      return toDetail(record, { headers: [...reader.headers(id)], text: await reader.text(id) });
    },
    mark: async (ids, marks) => (await mail.mark(ids, marks)).length,
    remove: async (ids) => (await mail.remove(ids)).length,
    restore: async (ids) => (await mail.restore(ids)).length,
    purge: async (ids) => (await mail.purge(ids)).length,
    source: async (id) => (await read()).source(id),
    delivered: async (id, mailbox, copy) => (await read()).delivered(id, mailbox, copy),
    html: async (id, urlOf) => (await read((_, number) => urlOf(number))).html(id),
    async part(id, number, raw) {
      const part = await (await read()).part(id, number, raw);
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

function toPart(part: StoredPart): MessageDetail['parts'][number] {
  const { number, contentType, charset, encoding, disposition, fileName, contentId, depth, isAttachment } =
    part;
  const size = part.bodyEnd - part.bodyStart;
  return {
    number,
    contentType,
    charset,
    encoding,
    disposition,
    fileName,
    contentId,
    size,
    depth,
    isAttachment,
  };
}

function toDetail(record: MailRecord, read: Pick<MessageDetail, 'headers' | 'text'>): MessageDetail {
  const { client, digest } = record;
  return {
    ...toRow(record),
    ...read,
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
    parts: record.parts.map(toPart),
    hasHtml: digest?.hasHtml ?? false,
    remoteResources: digest?.remoteResources ?? 0,
    ...(digest?.structureError === undefined ? {} : { structureError: digest.structureError }),
    journey: [...record.journey],
    related: [...record.related],
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
