/** The queue: what postqueue(1) and postsuper(1) do. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { queueId, time } from './common.ts';

/** `maildrop`: handed in by sendmail(1), not picked up yet. */
const queueFolder = z.enum(['maildrop', 'incoming', 'active', 'deferred', 'hold']);
export type QueueFolder = z.infer<typeof queueFolder>;

const queueEntry = z.object({
  queueId: z.string(),
  /** 0 while it is in the maildrop. */
  messageId: z.number().int(),
  queue: queueFolder,
  arrivedAt: time,
  size: z.number().int(),
  sender: z.string(),
  subject: z.string(),
  recipients: z.array(
    z.object({
      address: z.string(),
      originalAddress: z.string(),
      reason: z.string(),
      attempts: z.number().int(),
    }),
  ),
  holdReason: z.string(),
  nextAttemptAt: time.nullable(),
  /** When the sender is told of the delay, at the first attempt after that; null: not (any more). */
  warnsAt: time.nullable(),
  /** From then on an attempt that fails is the last one; null while the configuration does not say. */
  expiresAt: time.nullable(),
  attempts: z.number().int(),
  forcedExpire: z.boolean(),
});
export type QueueEntry = z.infer<typeof queueEntry>;

const queueRecipient = z.object({
  address: z.string(),
  originalAddress: z.string(),
  attempts: z.number().int(),
  /** `local`, `mx.test[127.0.0.1]:25`; '' before the first answer. */
  relay: z.string(),
  dsn: z.string(),
  reason: z.string(),
  answeredAt: time.nullable(),
});
export type QueueRecipient = z.infer<typeof queueRecipient>;

/** What to do with messages of the queue; the names are the commands'. */
const queueAction = z.enum([
  'flush',
  'hold',
  'release',
  'requeue',
  'delete',
  'expire',
  /** Returned to the sender at once: expired and tried. */
  'bounce',
  /** Deferred messages are tried at the time given. */
  'schedule',
]);
export type QueueAction = z.infer<typeof queueAction>;

export const queue = {
  list: oc
    .route({ method: 'GET', path: '/queue' })
    .input(
      z.object({
        queue: queueFolder.optional(),
        /** Part of a queue id, an address, a subject or a reason, without regard to case. */
        search: z.string().default(''),
        limit: z.number().int().min(1).max(100_000).default(1000),
      }),
    )
    .output(
      z.object({
        entries: z.array(queueEntry),
        counts: z.object({
          incoming: z.number(),
          active: z.number(),
          deferred: z.number(),
          hold: z.number(),
        }),
        bouncedToday: z.number(),
      }),
    ),
  act: oc
    .route({ method: 'POST', path: '/queue/act' })
    .input(
      z.object({
        action: queueAction,
        ids: z.union([z.literal('ALL'), z.array(queueId).min(1).max(100_000)]),
        queue: queueFolder.optional(),
        site: z.string().optional(),
        /** For `schedule`: sandbox time. */
        at: time.optional(),
      }),
    )
    .output(
      z.object({
        changed: z.array(z.string()),
        /** What `undo` takes a deletion back by; null: it cannot be undone. */
        undo: z.string().nullable(),
      }),
    ),
  /** Takes a deletion back: the messages are in the queue as they were. */
  undo: oc
    .route({ method: 'POST', path: '/queue/undo' })
    .input(z.object({ undo: z.string() }))
    .output(z.object({ changed: z.array(z.string()) })),
  /** What each recipient was answered last. */
  recipients: oc
    .route({ method: 'GET', path: '/queue/{queueId}/recipients' })
    .input(z.object({ queueId }))
    .output(z.object({ recipients: z.array(queueRecipient) })),
  /** By the minute, the last hour of the sandbox's time, oldest first. */
  history: oc.route({ method: 'GET', path: '/history/queue' }).output(
    z.object({
      minutes: z.array(
        z.object({
          at: time,
          in: z.number().int(),
          out: z.number().int(),
          deferred: z.number().int(),
          bounced: z.number().int(),
        }),
      ),
    }),
  ),
  /** The queue file as postcat(1) shows it. */
  cat: oc
    .route({ method: 'GET', path: '/queue/{queueId}' })
    .input(
      z.object({
        queueId,
        envelope: z.boolean().default(true),
        header: z.boolean().default(true),
        body: z.boolean().default(true),
      }),
    )
    .output(z.object({ text: z.string() })),
  /** The log lines of one message. */
  log: oc
    .route({ method: 'GET', path: '/queue/{queueId}/log' })
    .input(z.object({ queueId }))
    .output(z.object({ lines: z.array(z.string()) })),
};
