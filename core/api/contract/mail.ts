/** Captured mail: list, read, mark, delete, hand in. Bytes are resources with URLs (see resources.ts), not calls. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { checks, linkAnswer } from './checks.ts';
import { changedMessages, fate, journeyEntry, messageId, messageIds as ids, time } from './common.ts';
import { savedSearch, WRONG_SEARCH } from './finding.ts';

/** What the sidebar selects. `all` has every accepted message, whatever became of it. */
const folder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('unread') }),
  z.object({ kind: z.literal('starred') }),
  z.object({ kind: z.literal('undeliverable') }),
  z.object({ kind: z.literal('held') }),
  z.object({ kind: z.literal('bin') }),
  z.object({ kind: z.literal('mailbox'), name: z.string() }),
  /** Messages that came in for this alias. */
  z.object({ kind: z.literal('alias'), name: z.string() }),
  z.object({ kind: z.literal('tag'), name: z.string() }),
]);
export type Folder = z.infer<typeof folder>;

const messageRow = z.object({
  id: messageId,
  queueId: z.string(),
  arrivedAt: time,
  /** Header values, decoded; `from` falls back to the envelope sender. */
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  /** The first words of the text, '' until indexed. */
  preview: z.string(),
  size: z.number().int(),
  attachments: z.number().int(),
  isRead: z.boolean(),
  isStarred: z.boolean(),
  tags: z.array(z.string()),
  /** Messages of its conversation that are not in the Bin, itself included; 100 at most. */
  threadSize: z.number().int(),
  fates: z.array(fate),
});
export type MessageRow = z.infer<typeof messageRow>;

/** What a part is, by its type and name: how it is shown and what it is called. */
const partKind = z.enum([
  'container',
  'text',
  'html',
  'image',
  'audio',
  'video',
  'message',
  'calendar',
  'contact',
  'report',
  'pdf',
  'archive',
  'tnef',
  'smime',
  'signature',
  'encrypted',
  'key',
  'other',
]);
export type PartKind = z.infer<typeof partKind>;

const part = z.object({
  /** IMAP section number: `1`, `1.2`; `1.TEXT` for a multipart in an attached message; `` for the message itself. */
  number: z.string(),
  contentType: z.string(),
  kind: partKind,
  charset: z.string(),
  encoding: z.string(),
  disposition: z.string(),
  /** As the message has it, decoded; never to be used as a path. */
  fileName: z.string(),
  /** The name it is saved by: no path, nothing that cannot be seen; '' when it has none. */
  safeName: z.string(),
  contentId: z.string(),
  /** Encoded bytes of the body. */
  size: z.number().int(),
  depth: z.number().int(),
  isAttachment: z.boolean(),
});
export type Part = z.infer<typeof part>;

const headerField = z.object({
  name: z.string(),
  /** Unfolded and decoded. */
  value: z.string(),
  /** How it stands in the message, folding inside, where that is not the same. */
  raw: z.string().optional(),
});
export type HeaderField = z.infer<typeof headerField>;

const reportFields = z.array(z.object({ name: z.string(), value: z.string() }));
/** The machine-readable part of a multipart/report: RFC 3464, 8098, 5965. */
const report = z.object({
  kind: z.enum(['delivery-status', 'disposition-notification', 'feedback-report']),
  message: reportFields,
  /** One group for each recipient; delivery status only. */
  recipients: z.array(reportFields),
});
export type Report = z.infer<typeof report>;

const calendarTime = z.object({
  /** `2026-11-22`, `2026-11-22T14:00`, `2026-11-22T14:00Z` */
  at: z.string(),
  /** The time zone as the calendar names it. */
  zone: z.string(),
});
const calendar = z.object({
  /** `REQUEST`, `CANCEL`, ... */
  method: z.string(),
  events: z.array(
    z.object({
      summary: z.string(),
      location: z.string(),
      description: z.string(),
      start: calendarTime.optional(),
      end: calendarTime.optional(),
      recurrence: z.string(),
      status: z.string(),
      organizer: z.string(),
      attendees: z.array(z.object({ name: z.string(), answer: z.string() })),
    }),
  ),
});
export type Calendar = z.infer<typeof calendar>;

/** What a message says, be it a stored one or one that another carries. */
const messageBody = z.object({
  /** Of the delivered form, in order: the first thousand. */
  headers: z.array(headerField),
  headerCount: z.number().int(),
  parts: z.array(part),
  hasHtml: z.boolean(),
  /** The first text/plain part, decoded; '' when there is none. Cut at 1 MB. */
  text: z.string(),
  /** Remote resources that the HTML would load; they are blocked. */
  remoteResources: z.number().int(),
  /** Why the structure could not be read; the source still can. */
  structureError: z.string().optional(),
  report: report.optional(),
  /** The first calendar in it, where it has one. */
  calendar: calendar.optional(),
});
export type MessageBody = z.infer<typeof messageBody>;

const messageDetail = messageRow.extend({
  ...messageBody.shape,
  envelope: z.object({
    sender: z.string(),
    recipients: z.array(z.string()),
    clientName: z.string(),
    clientAddress: z.string(),
    helo: z.string(),
    protocol: z.string(),
    service: z.string(),
    origin: z.enum(['smtpd', 'sendmail', 'bounce', 'local', 'api', 'requeue']),
  }),
  journey: z.array(journeyEntry),
  /** The message this notice is about, or the notices about this message. */
  related: z.array(
    z.object({ id: messageId, relation: z.enum(['notice', 'original', 'forward']), subject: z.string() }),
  ),
});
export type MessageDetail = z.infer<typeof messageDetail>;

/** Part numbers from the outside in: `2`, `2,1.3`; '' is the stored message itself. */
const insidePath = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)*(?:,\d+(?:\.\d+)*)*)?$/)
  .max(500);

const innerMessage = messageBody.extend({
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  /** The Date header as it stands. */
  date: z.string(),
  size: z.number().int(),
});
export type InnerMessage = z.infer<typeof innerMessage>;

const card = z.object({
  name: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
});
export type Card = z.infer<typeof card>;

const partDetails = z.object({
  headers: z.array(headerField),
  /** Bytes without the transfer encoding. */
  decodedSize: z.number().int(),
  /** Of the decoded bytes, in hex. */
  sha256: z.string(),
  md5: z.string(),
  calendar: calendar.optional(),
  cards: z.array(card).optional(),
});
export type PartDetails = z.infer<typeof partDetails>;

const folderCounts = z.object({
  all: z.number(),
  unread: z.number(),
  starred: z.number(),
  undeliverable: z.number(),
  held: z.number(),
  refused: z.number(),
  bin: z.number(),
  mailboxes: z.array(z.object({ name: z.string(), total: z.number(), unread: z.number() })),
  aliases: z.array(z.object({ name: z.string(), target: z.string(), total: z.number() })),
  tags: z.array(z.object({ name: z.string(), total: z.number(), unread: z.number() })),
  searches: z.array(savedSearch),
});
export type FolderCounts = z.infer<typeof folderCounts>;

export const submitInput = z.object({
  sender: z.string(),
  recipients: z.array(z.string()).max(10_000),
  /** The message, base64. */
  rawBase64: z.base64(),
  ret: z.enum(['FULL', 'HDRS', '']).default(''),
  envid: z.string().default(''),
  notify: z.array(z.enum(['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'])).default([]),
  /** sendmail -t: recipients from the headers. */
  extractRecipients: z.boolean().default(false),
  /** sendmail -bv: nothing is delivered, a report says what would be. */
  verify: z.boolean().default(false),
  /** sendmail -v: it is delivered, and a report says how that went. */
  report: z.boolean().default(false),
  /** sendmail -F: the name for a From header that has to be added. */
  fullName: z.string().default(''),
  /** sendmail -B. */
  bodyType: z.enum(['7BIT', '8BITMIME', '']).default(''),
  /** sendmail -G: relayed from elsewhere, its header is not completed. */
  isGateway: z.boolean().default(false),
  /** sendmail -XV: two delimiters, '' for default_verp_delimiters. */
  verp: z.string().max(2).optional(),
  /** The user id that Received shows. */
  uid: z.number().int().default(0),
});
export type SubmitInput = z.infer<typeof submitInput>;
/** `refused`: why it was not taken; then `queueId` is ''. */
const submitResult = z.object({
  queueId: z.string(),
  id: messageId.optional(),
  refused: z.string().optional(),
});
export type SubmitResult = z.infer<typeof submitResult>;

export const mail = {
  list: oc
    .route({ method: 'GET', path: '/mail/messages' })
    .input(
      z.object({
        folder: folder.default({ kind: 'all' }),
        /** What to find, as in the search field: `word "a phrase" -not from:alice is:unread`; '' lists everything. */
        search: z.string().max(5000).default(''),
        /** Of each conversation only the newest message; a search shows all that it finds. */
        threaded: z.boolean().default(false),
        /** Only messages older than this id: the last id of the page before. */
        before: messageId.optional(),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .errors(WRONG_SEARCH)
    .output(z.object({ messages: z.array(messageRow), hasMore: z.boolean() })),
  /** The conversation that a message is part of, oldest first. */
  thread: oc
    .route({ method: 'GET', path: '/mail/messages/{id}/thread' })
    .input(z.object({ id: z.coerce.number().int().positive() }))
    .output(z.object({ messages: z.array(messageRow) })),
  /** The numbers alone, to do something with all of them. */
  ids: oc
    .route({ method: 'GET', path: '/mail/ids' })
    .input(
      z.object({
        folder: folder.default({ kind: 'all' }),
        search: z.string().max(5000).default(''),
        before: messageId.optional(),
        limit: z.number().int().min(1).max(10_000).default(10_000),
      }),
    )
    .errors(WRONG_SEARCH)
    .output(z.object({ ids: z.array(messageId), hasMore: z.boolean() })),
  /** Addresses that mail came from or went to, to complete what is typed. */
  addresses: oc
    .route({ method: 'GET', path: '/mail/addresses' })
    .input(
      z.object({
        side: z.enum(['from', 'to']),
        beginning: z.string().max(200).default(''),
        limit: z.number().int().min(1).max(100).default(10),
      }),
    )
    .output(z.object({ addresses: z.array(z.string()) })),
  folders: oc.route({ method: 'GET', path: '/mail/folders' }).output(folderCounts),
  get: oc
    .route({ method: 'GET', path: '/mail/messages/{id}' })
    .input(z.object({ id: z.coerce.number().int().positive() }))
    .output(messageDetail),
  /** A message that another one carries (message/rfc822). */
  inside: oc
    .route({ method: 'GET', path: '/mail/messages/{id}/inside/{inside}' })
    .input(z.object({ id: z.coerce.number().int().positive(), inside: insidePath.min(1) }))
    .output(innerMessage),
  /** One part looked at closely. */
  part: oc
    .route({ method: 'GET', path: '/mail/messages/{id}/part' })
    .input(
      z.object({
        id: z.coerce.number().int().positive(),
        inside: insidePath.default(''),
        /** `` is the message itself. */
        number: z
          .string()
          .regex(/^(?:\d+(?:\.\d+)*(?:\.TEXT)?)?$/)
          .default(''),
      }),
    )
    .output(partDetails),
  /** What is wrong with it, and how clients will show it. Nothing is asked of any network. */
  checks: oc
    .route({ method: 'GET', path: '/mail/messages/{id}/checks' })
    .input(z.object({ id: z.coerce.number().int().positive(), inside: insidePath.default('') }))
    .output(checks),
  /** Asks the links on this machine, and no others, whether they lead somewhere (HEAD). */
  askLinks: oc
    .route({ method: 'POST', path: '/mail/messages/{id}/links' })
    .input(z.object({ id: z.coerce.number().int().positive(), inside: insidePath.default('') }))
    .output(z.object({ answers: z.array(linkAnswer) })),
  mark: oc
    .route({ method: 'POST', path: '/mail/mark' })
    .input(ids.extend({ isRead: z.boolean().optional(), isStarred: z.boolean().optional() }))
    .output(changedMessages),
  /** To the Bin, from where `restore` brings it back. */
  remove: oc.route({ method: 'POST', path: '/mail/remove' }).input(ids).output(changedMessages),
  restore: oc.route({ method: 'POST', path: '/mail/restore' }).input(ids).output(changedMessages),
  /** Gone for good; only what is in the Bin, or everything in it when `ids` is absent. */
  purge: oc
    .route({ method: 'POST', path: '/mail/purge' })
    .input(ids.partial())
    .output(z.object({ changed: z.number() })),
  /** Hands a message in as sendmail(1) does. */
  submit: oc.route({ method: 'POST', path: '/mail/submit' }).input(submitInput).output(submitResult),
};

/** Sessions that were refused something, with what was said. */
const refusalRow = z.object({
  id: z.number().int(),
  at: time,
  clientName: z.string(),
  clientAddress: z.string(),
  helo: z.string(),
  sender: z.string(),
  recipient: z.string(),
  stage: z.string(),
  reply: z.string(),
});
export type RefusalRow = z.infer<typeof refusalRow>;
const refusalDetail = refusalRow.extend({
  transcript: z.array(z.object({ at: time, from: z.enum(['client', 'server']), line: z.string() })),
  journey: z.array(journeyEntry),
});
export type RefusalDetail = z.infer<typeof refusalDetail>;

export const refusals = {
  list: oc
    .route({ method: 'GET', path: '/refusals' })
    .input(
      z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(500).default(100) }),
    )
    .output(z.object({ refusals: z.array(refusalRow), hasMore: z.boolean() })),
  get: oc
    .route({ method: 'GET', path: '/refusals/{id}' })
    .input(z.object({ id: z.coerce.number().int() }))
    .output(refusalDetail),
};
