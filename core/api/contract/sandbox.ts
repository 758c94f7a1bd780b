/** The running sandbox itself: state, life, live events. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { clockState } from './clock.ts';
import { problem, time } from './common.ts';

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
  /** The sandbox's time, which may be ahead of the machine's. */
  clock: clockState,
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
  /** At most 500 of what was written since the last event; none where only the news was asked for. */
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
  /** Everything that happens, from now on. `log: news`: that there are lines, not which; `log.read` has them. */
  events: oc
    .route({ method: 'GET', path: '/events' })
    .input(z.object({ log: z.enum(['lines', 'news']).default('lines') }).default({ log: 'lines' }))
    .output(eventIterator(event)),
};
