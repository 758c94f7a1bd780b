/** What core/message reads, as the contract has it: what is kept from being changed, copied. */
import type { Calendar, MessageBody, Part, PartDetails } from '../api/contract/mail.ts';
import { kindOf, type PartDetails as ReadDetails, type ReadMessage } from '../message/message.ts';
import type { StoredPart } from '../store/store.ts';
import { safeFileName } from '../util/file-name.ts';

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

export function toBody(read: ReadMessage, indexedError: string | undefined): MessageBody {
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

export function toDetails({ calendar, cards, headers, ...rest }: ReadDetails): PartDetails {
  return {
    ...rest,
    headers: headers.map(toField),
    ...(cards === undefined
      ? {}
      : { cards: cards.map(({ name, fields }) => ({ name, fields: [...fields] })) }),
    ...(calendar === undefined ? {} : { calendar: toCalendar(calendar) }),
  };
}
