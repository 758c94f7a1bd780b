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
  attempts: z.number().int(),
  forcedExpire: z.boolean(),
});
export type QueueEntry = z.infer<typeof queueEntry>;

/** What to do with messages of the queue; the names are the commands'. */
const queueAction = z.enum(['flush', 'hold', 'release', 'requeue', 'delete', 'expire']);
export type QueueAction = z.infer<typeof queueAction>;

export const queue = {
  list: oc
    .route({ method: 'GET', path: '/queue' })
    .input(
      z.object({
        queue: queueFolder.optional(),
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
      }),
    )
    .output(z.object({ changed: z.array(z.string()) })),
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
