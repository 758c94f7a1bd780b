/** Dry runs: the same decisions as for real mail, nothing sent, nothing stored. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { fileName, journeyEntry, messageId, problem } from './common.ts';

export const traceInput = z.object({
  clientAddress: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  /** '' looks it up. */
  clientName: z.string().default(''),
  helo: z.string().default('localhost'),
  /** master.cf service name; '' is the first smtpd. */
  service: z.string().default(''),
  tls: z.boolean().default(false),
  /** The name that the client logged in with; '': it did not. */
  login: z.string().default(''),
  sender: z.string().default(''),
  recipients: z.array(z.string()).min(1).max(1000),
  /** The message; absent: a short one is made up. */
  rawBase64: z.base64().optional(),
  /** A captured message in its place. */
  messageId: messageId.optional(),
  /** Texts in place of configuration files: what would be if they were applied. */
  draft: z.record(fileName, z.string()).default({}),
});
export type TraceInput = z.infer<typeof traceInput>;

export const traceFate = z.object({
  /** As the client gave it; '' for a member of a list that has an owner. */
  recipient: z.string(),
  /** Where it went after aliases; '' for a recipient that was refused. */
  address: z.string(),
  status: z.enum(['delivered', 'bounced', 'deferred', 'refused', 'held', 'discarded', 'relayed']),
  mailbox: z.string().optional(),
  dsn: z.string(),
  reason: z.string(),
});
export type TraceFate = z.infer<typeof traceFate>;

/** A message that the traced one gives rise to. */
const createdMessage = z.object({
  kind: z.enum(['forward', 'notice']),
  sender: z.string(),
  recipients: z.array(z.string()),
  subject: z.string(),
  journey: z.array(journeyEntry),
  fates: z.array(traceFate),
});

export const traceResult = z.object({
  /** The SMTP session: what the client said and was answered. The greeting answers ''. */
  replies: z.array(z.object({ command: z.string(), reply: z.string() })),
  journey: z.array(journeyEntry),
  fates: z.array(traceFate),
  /** Forwards and notices, and what these give rise to. */
  created: z.array(createdMessage),
});
export type TraceResult = z.infer<typeof traceResult>;

const replayed = z.object({
  /** Messages that came in over SMTP, newest first, as far back as was asked for. */
  messages: z.number().int(),
  /** Attempts that were refused, from the same time. */
  refusals: z.number().int(),
  /** Of those, the ones that would go as they do now. */
  same: z.number().int(),
  /** Recipients that would fare differently. */
  changed: z.array(
    z.object({
      kind: z.enum(['message', 'refusal']),
      id: messageId,
      /** '' for an attempt that was refused. */
      subject: z.string(),
      recipient: z.string(),
      inUse: traceFate.pick({ status: true, reason: true }),
      draft: traceFate.pick({ status: true, reason: true }),
    }),
  ),
});
export type Replayed = z.infer<typeof replayed>;

const replayQuery = z.object({
  draft: z.record(fileName, z.string()),
  limit: z.number().int().min(1).max(10_000).default(200),
});
export type ReplayQuery = z.infer<typeof replayQuery>;

const replayStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.number().int(), total: z.number().int() }),
  z.object({ kind: z.literal('done'), result: replayed }),
]);
export type ReplayStep = z.infer<typeof replayStep>;

const compared = z.object({
  inUse: traceResult,
  draft: traceResult,
  /** The first step of the two journeys, from 0, at which they decide differently; null: nowhere. */
  difference: z.number().int().nullable(),
});

const invalid = {
  UNPROCESSABLE_CONTENT: {
    status: 422,
    message: 'The configuration has errors.',
    data: z.object({ problems: z.array(problem) }),
  },
};

export const trace = {
  /** The journey that would be. A draft that cannot be used is refused (422) with its problems. */
  run: oc.route({ method: 'POST', path: '/trace' }).input(traceInput).errors(invalid).output(traceResult),
  /** The same with the configuration in use and with the draft, at the same instant. */
  compare: oc
    .route({ method: 'POST', path: '/trace/compare' })
    .input(traceInput)
    .errors(invalid)
    .output(compared),
  /**
   * What a draft would change: the last messages and refused attempts once more, dry, with the configuration in use and
   * with the draft. It tells how far it is; who stops listening stops it.
   */
  replay: oc
    .route({ method: 'POST', path: '/trace/replay' })
    .input(replayQuery)
    .errors(invalid)
    .output(eventIterator(replayStep)),
  /** Both journeys of one of them. */
  compareReplayed: oc
    .route({ method: 'POST', path: '/trace/replay/compare' })
    .input(
      z.object({
        draft: z.record(fileName, z.string()),
        kind: z.enum(['message', 'refusal']),
        id: messageId,
      }),
    )
    .errors(invalid)
    .output(compared),
};
