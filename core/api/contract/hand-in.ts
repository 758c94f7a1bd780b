/** Captured messages handed in once more, and messages of clients that are made up. All of it is real mail. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { messageId } from './common.ts';
import { handedIn } from './drafts.ts';
import { traceInput } from './trace.ts';

const resendInput = z.object({
  id: z.coerce.number().int().positive(),
  /** Of a message that it carries. */
  inside: z.string().default(''),
  /** '' is the null sender. */
  sender: z.string(),
  recipients: z.array(z.string()).min(1).max(1000),
  /** Resent-From, Resent-To, Resent-Date and Resent-Message-Id in front (RFC 5322 section 3.6.6); else no header changes. */
  isMarked: z.boolean().default(false),
});
export type ResendInput = z.infer<typeof resendInput>;

const importedMessage = z.object({
  rawBase64: z.base64(),
  /** As the file says, internal form; absent: it does not. */
  sender: z.string().optional(),
  recipients: z.array(z.string()).max(10_000).optional(),
  isRead: z.boolean().default(false),
  isStarred: z.boolean().default(false),
});

const importInput = z.object({
  messages: z.array(importedMessage).min(1).max(500),
  as: z.discriminatedUnion('kind', [
    /** Put into a mailbox as they are: nothing decides about them. */
    z.object({ kind: z.literal('mailbox'), name: z.string().trim().min(1).max(200) }),
    /** Handed in as sendmail(1) would: cleanup, aliases, queue. Empty: as the file says, then the header. */
    z.object({
      kind: z.literal('sent'),
      sender: z.string().default(''),
      recipients: z.array(z.string()).max(1000).default([]),
    }),
  ]),
});
export type ImportInput = z.infer<typeof importInput>;

const importResult = z.object({
  /** One for each message, in order. `refused`: why it was not taken. */
  results: z.array(z.object({ id: messageId.optional(), refused: z.string().optional() })),
});
export type ImportResult = z.infer<typeof importResult>;

export const injectInput = traceInput.omit({ draft: true }).extend({ messageId: messageId.optional() });
export type InjectInput = z.infer<typeof injectInput>;

export const handIn = {
  /** A captured message once more, with another envelope, as sendmail(1) would hand it in. */
  resend: oc
    .route({ method: 'POST', path: '/mail/messages/{id}/resend' })
    .input(resendInput)
    .output(handedIn),
  /**
   * A message that comes in over SMTP from a client that is made up: its address, name, HELO, login. The session is
   * held with the listener's own rules and log; what it is refused is kept as any refusal.
   */
  inject: oc.route({ method: 'POST', path: '/mail/inject' }).input(injectInput).output(handedIn),
  /** Mail of files, as many as are at hand. */
  import: oc.route({ method: 'POST', path: '/mail/import' }).input(importInput).output(importResult),
};
