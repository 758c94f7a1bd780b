/** The running sandbox itself: state, life, dry runs, live events. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { journeyEntry, problem, time } from './common.ts';

const listener = z.object({
  service: z.string(),
  host: z.string(),
  port: z.number().int(),
  tls: z.enum(['none', 'may', 'wrapper']),
});

const status = z.object({
  version: z.string(),
  pid: z.number().int(),
  startedAt: time,
  configDir: z.string(),
  dataDir: z.string(),
  loginUser: z.string(),
  listeners: z.array(listener),
  http: z.string().nullable(),
  messages: z.number(),
  bytes: z.number(),
  /** Messages accepted per second, over the last ten seconds. */
  rate: z.number(),
  queue: z.object({ incoming: z.number(), active: z.number(), deferred: z.number(), hold: z.number() }),
  config: z.object({ revision: z.number(), appliedAt: time, problems: z.array(problem) }),
  /** A state the user must know of: disk full, port taken, configuration not loadable. */
  warnings: z.array(z.string()),
});
export type Status = z.infer<typeof status>;

/** Live events. Many changes in a short time arrive as one event. */
const event = z.discriminatedUnion('kind', [
  /** Mail came in or its fate changed. `newest` is the largest id; `changed` lists ids whose row changed (at most 500). */
  z.object({
    kind: z.literal('mail'),
    newest: z.number().int(),
    arrived: z.number().int(),
    changed: z.array(z.number().int()),
    isComplete: z.boolean(),
  }),
  z.object({ kind: z.literal('queue') }),
  z.object({ kind: z.literal('refusals') }),
  z.object({ kind: z.literal('config'), files: z.array(z.string()) }),
  z.object({ kind: z.literal('status'), status }),
  z.object({ kind: z.literal('log'), lines: z.array(z.string()) }),
  /** A link was clicked in the frame of the window that calls itself `view`; nothing was opened. */
  z.object({ kind: z.literal('link'), view: z.string(), url: z.string() }),
]);
export type SandpostEvent = z.infer<typeof event>;

export const sandbox = {
  status: oc.route({ method: 'GET', path: '/status' }).output(status),
  reload: oc
    .route({ method: 'POST', path: '/reload' })
    .output(z.object({ revision: z.number(), problems: z.array(problem) })),
  stop: oc.route({ method: 'POST', path: '/stop' }).output(z.object({ stopping: z.boolean() })),
  /** Everything that happens, from now on. */
  events: oc.route({ method: 'GET', path: '/events' }).output(eventIterator(event)),
};

const traceInput = z.object({
  clientAddress: z.string().default('127.0.0.1'),
  clientName: z.string().default(''),
  helo: z.string().default('localhost'),
  /** master.cf service name; '' is the first smtpd. */
  service: z.string().default(''),
  sender: z.string().default(''),
  recipients: z.array(z.string()).min(1),
  rawBase64: z.base64().optional(),
});

export type TraceInput = z.infer<typeof traceInput>;

const traceResult = z.object({
  journey: z.array(journeyEntry),
  replies: z.array(z.object({ command: z.string(), reply: z.string() })),
  fates: z.array(
    z.object({
      recipient: z.string(),
      status: z.enum(['delivered', 'bounced', 'deferred', 'refused', 'held', 'discarded', 'relayed']),
      mailbox: z.string().optional(),
      reason: z.string(),
    }),
  ),
});
export type TraceResult = z.infer<typeof traceResult>;

export const trace = {
  /** The journey that would be: the same decisions as for real mail, nothing sent, nothing stored. */
  run: oc.route({ method: 'POST', path: '/trace' }).input(traceInput).output(traceResult),
};
