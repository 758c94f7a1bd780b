/** Messages that are being written: kept while somebody types, sent into this sandbox when done. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { messageId, time } from './common.ts';

const draftId = z.number().int().positive();
const pathId = z.object({ id: z.coerce.number().int().positive() });

/** What stands in the fields, complete or not. */
export const draftFields = z.object({
  /** Address fields as typed: names, addresses, commas. */
  from: z.string().max(10_000).default(''),
  to: z.string().max(200_000).default(''),
  cc: z.string().max(200_000).default(''),
  bcc: z.string().max(200_000).default(''),
  subject: z.string().max(10_000).default(''),
  text: z.string().default(''),
  /** '': the message is text alone. */
  html: z.string().default(''),
  /** Message-Ids as they stand, of what this answers. */
  inReplyTo: z.string().max(1000).default(''),
  references: z.string().max(20_000).default(''),
  /** '': handed in as sendmail(1) does; otherwise by SMTP to the listener of this name (master.cf). */
  service: z.string().default(''),
  /** By SMTP: the name that the client logs in with; '': it does not. */
  login: z.string().default(''),
});
export type DraftFields = z.infer<typeof draftFields>;

/** By which the HTML shows it (`cid:`); '': it is attached. */
const contentId = z.string().max(1000).default('');

const draftFile = z.object({
  id: draftId,
  name: z.string(),
  type: z.string(),
  contentId,
  size: z.number().int(),
});
export type DraftFile = z.infer<typeof draftFile>;

const draft = draftFields.extend({ id: draftId, changedAt: time, files: z.array(draftFile) });
export type Draft = z.infer<typeof draft>;

export const smtpReply = z.object({ command: z.string(), reply: z.string() });

/** What came of handing a message in. */
export const handedIn = z.object({
  /** '' when it was not taken. */
  queueId: z.string(),
  /** Absent: nothing is stored (refused, discarded). */
  id: messageId.optional(),
  /** Why not, for all or some of the recipients, in the server's words. */
  refused: z.array(z.string()),
  /** By SMTP: what was said. The greeting answers ''. */
  replies: z.array(smtpReply),
});
export type HandedIn = z.infer<typeof handedIn>;

const attachment = z.union([
  z.object({
    name: z.string().max(1000),
    type: z.string().max(200).default(''),
    contentId,
    base64: z.base64(),
  }),
  /** A captured message as an .eml, or one part of it. */
  z.object({
    messageId,
    inside: z.string().default(''),
    part: z.string().optional(),
    contentId,
  }),
]);

const notComplete = {
  UNPROCESSABLE_CONTENT: {
    status: 422,
    message: 'The message cannot be sent as it is.',
    data: z.object({ problems: z.array(z.string()) }),
  },
};

export const drafts = {
  /** Last changed first. */
  list: oc.route({ method: 'GET', path: '/drafts' }).output(z.object({ drafts: z.array(draft) })),
  get: oc.route({ method: 'GET', path: '/drafts/{id}' }).input(pathId).output(draft),
  /** Without id: a new one. */
  save: oc
    .route({ method: 'POST', path: '/drafts' })
    .input(z.object({ id: draftId.optional(), fields: draftFields }))
    .output(z.object({ id: draftId })),
  attach: oc
    .route({ method: 'POST', path: '/drafts/{id}/files' })
    .input(pathId.extend({ file: attachment }))
    .output(draftFile),
  detach: oc
    .route({ method: 'DELETE', path: '/drafts/{id}/files/{file}' })
    .input(pathId.extend({ file: z.coerce.number().int().positive() }))
    .output(z.object({ removed: z.boolean() })),
  remove: oc
    .route({ method: 'POST', path: '/drafts/remove' })
    .input(z.object({ ids: z.array(draftId).min(1).max(1000) }))
    .output(z.object({ removed: z.number().int() })),
  /** Composes the message and hands it in. The draft is gone once it is taken for any recipient. */
  send: oc
    .route({ method: 'POST', path: '/drafts/{id}/send' })
    .input(pathId)
    .errors(notComplete)
    .output(handedIn),
};
