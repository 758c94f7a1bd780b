/** The mail log, by the numbers of its lines, and the SMTP sessions with what was said in them. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { queueId, time } from './common.ts';

const logLine = z.object({ number: z.number().int(), text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/** '' stands for any. */
const logFilter = z.object({
  queueId: z.union([z.literal(''), queueId]).default(''),
  /** The number in brackets behind the program: one SMTP session has it for itself. */
  session: z.string().regex(/^\d*$/).default(''),
  /** `smtpd`, `postfix/submission/smtpd`. */
  program: z.string().default(''),
  text: z.string().default(''),
});
export type LogFilter = z.infer<typeof logFilter>;

const logPage = z.object({
  /** Number of the oldest line that is kept, and of the one that will come next. */
  first: z.number().int(),
  next: z.number().int(),
  lines: z.array(logLine),
});

const limit = z.number().int().min(1).max(5000).default(500);

export const log = {
  /** Lines from number `from` on; without it the newest. */
  read: oc
    .route({ method: 'GET', path: '/log' })
    .input(z.object({ from: z.coerce.number().int().optional(), limit }))
    .output(logPage),
  /** The newest lines that pass the filter, oldest first; `after` and `before` are numbers of lines. */
  find: oc
    .route({ method: 'GET', path: '/log/find' })
    .input(
      logFilter.extend({
        after: z.coerce.number().int().optional(),
        before: z.coerce.number().int().optional(),
        limit,
      }),
    )
    .output(logPage),
  /** The message that has or had this queue id. */
  message: oc
    .route({ method: 'GET', path: '/log/messages/{queueId}' })
    .input(z.object({ queueId }))
    .output(z.object({ id: z.number().int().nullable() })),
};

const sessionRow = z.object({
  /** Also the number in brackets in its log lines. */
  number: z.number().int(),
  at: time,
  /** null: it is under way. */
  endedAt: time.nullable(),
  service: z.string(),
  clientName: z.string(),
  clientAddress: z.string(),
  helo: z.string(),
  /** Of the messages that were accepted. */
  queueIds: z.array(z.string()),
  /** Replies of 400 and above. */
  refusals: z.number().int(),
});
export type SessionRow = z.infer<typeof sessionRow>;

const sessionDetail = sessionRow.extend({
  /** Secrets are masked, message content is left out. */
  transcript: z.array(z.object({ at: time, from: z.enum(['client', 'server']), line: z.string() })),
});
export type SessionDetail = z.infer<typeof sessionDetail>;

/** The last SMTP sessions, newest first. They are kept in memory, until the sandbox stops. */
export const sessions = {
  list: oc
    .route({ method: 'GET', path: '/sessions' })
    .input(z.object({ limit: z.number().int().min(1).max(2000).default(500) }))
    .output(z.object({ sessions: z.array(sessionRow) })),
  get: oc
    .route({ method: 'GET', path: '/sessions/{number}' })
    .input(z.object({ number: z.coerce.number().int() }))
    .output(sessionDetail),
};
