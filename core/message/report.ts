/**
 * Machine-readable parts of a multipart/report (RFC 6522): delivery status (RFC 3464, RFC 6533), disposition
 * notifications (RFC 8098), feedback reports (RFC 5965). Groups of fields, an empty line between them.
 */
import type { StoredPart } from '../store/store.ts';
import { decodedBytes } from './decode.ts';
import { parseHeaders, type HeaderField } from './headers.ts';

const KINDS = {
  'message/delivery-status': 'delivery-status',
  'message/global-delivery-status': 'delivery-status',
  'message/disposition-notification': 'disposition-notification',
  'message/global-disposition-notification': 'disposition-notification',
  'message/feedback-report': 'feedback-report',
} as const satisfies Readonly<Record<string, string>>;
type ReportKind = (typeof KINDS)[keyof typeof KINDS];

/** A report about thousands of recipients is shown by the first of them; its source has all. */
const MOST_GROUPS = 200;
const MOST_BYTES = 512 * 1024;

export interface Report {
  readonly kind: ReportKind;
  /** About the message as a whole. */
  readonly message: readonly HeaderField[];
  /** One group for each recipient; delivery status only. */
  readonly recipients: readonly (readonly HeaderField[])[];
}

const isReport = (type: string): type is keyof typeof KINDS => Object.hasOwn(KINDS, type);

/** Splits at lines that are empty or have blanks only. */
function groupsOf(bytes: Uint8Array): readonly (readonly HeaderField[])[] {
  const text = Buffer.from(bytes.subarray(0, MOST_BYTES)).toString('latin1').replaceAll('\r\n', '\n');
  return text
    .split(/\n[ \t]*\n/)
    .map((group) => parseHeaders(Buffer.from(group, 'latin1')))
    .filter((group) => group.length > 0);
}

/** The report that the message itself is; not one in an attached message. */
export function readReport(parts: readonly StoredPart[], body: Uint8Array): Report | undefined {
  if (parts[0]?.contentType !== 'multipart/report') return undefined;
  const part = parts.find(({ depth, contentType }) => depth === 1 && isReport(contentType));
  if (part === undefined || !isReport(part.contentType)) return undefined;
  const [message = [], ...recipients] = groupsOf(decodedBytes(part, body));
  return { kind: KINDS[part.contentType], message, recipients: recipients.slice(0, MOST_GROUPS) };
}

/** Queue ids in the Received lines of what a report returns: where that passed through us, one of them is ours. */
export function returnedQueueIds(
  parts: readonly StoredPart[],
  body: Uint8Array,
  report: Report,
): readonly string[] {
  const told = report.message.find(({ name }) => /^x-.*-queue-id$/i.test(name))?.value;
  const returned = parts.find(
    ({ depth, contentType }) =>
      depth === 1 && (contentType === 'message/rfc822' || contentType === 'text/rfc822-headers'),
  );
  const received =
    returned === undefined
      ? []
      : parseHeaders(decodedBytes(returned, body).subarray(0, MOST_BYTES)).flatMap(({ name, value }) => {
          const id = /\bid ([A-Za-z0-9]{6,40})\b/.exec(value)?.[1];
          return name.toLowerCase() === 'received' && id !== undefined ? [id] : [];
        });
  return [...new Set([...(told === undefined ? [] : [told]), ...received])];
}
