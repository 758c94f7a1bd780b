/** Schemas that several parts of the contract share. Times are milliseconds since the epoch, sizes bytes. */
import * as z from 'zod';

export const time = z.number().int();
export const messageId = z.number().int().positive();
/** Messages that something is done with. */
export const messageIds = z.object({ ids: z.array(messageId).min(1).max(10_000) });
/** Those of them that were not so before: enough to undo it. */
export const changedMessages = z.object({ changed: z.number().int(), ids: z.array(messageId) });
export const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a plain file name');
export const queueId = z.string().regex(/^[A-Za-z0-9_]{1,100}$/);

const source = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('parameter'),
    name: z.string(),
    value: z.string(),
    file: z.string().optional(),
    line: z.number().optional(),
  }),
  z.object({
    kind: z.literal('table'),
    table: z.string(),
    key: z.string(),
    value: z.string(),
    line: z.number().optional(),
  }),
  z.object({
    kind: z.literal('restriction'),
    name: z.string(),
    list: z.string(),
    file: z.string().optional(),
    line: z.number().optional(),
  }),
  z.object({ kind: z.literal('standard'), name: z.string() }),
]);

export const journeyEntry = z.object({
  at: time,
  program: z.string(),
  verdict: z.enum(['ok', 'info', 'hold', 'defer', 'bad']),
  what: z.string(),
  detail: z.string().optional(),
  recipient: z.string().optional(),
  source: source.optional(),
});

/** What became of one recipient so far. */
export const fate = z.object({
  /** As the client gave it. */
  recipient: z.string(),
  /** Where it went after aliases; the same as `recipient` when nothing changed. */
  address: z.string(),
  status: z.enum(['queued', 'delivered', 'bounced', 'deferred', 'held', 'discarded', 'deleted', 'relayed']),
  /** The mailbox it was put into. */
  mailbox: z.string().optional(),
  dsn: z.string(),
  reason: z.string(),
  nextAttemptAt: time.optional(),
});
export type Fate = z.infer<typeof fate>;

export const problem = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  file: z.string(),
  /** From 1; 0 when about the whole file. */
  line: z.number().int(),
  message: z.string(),
  parameter: z.string().optional(),
  /** The check that found it. */
  rule: z.string().optional(),
  /** What makes it go away: whole lines in place of others, a table to build anew. */
  fix: z
    .object({
      title: z.string(),
      edits: z
        .array(
          z.object({
            file: z.string(),
            /** From 1: the first line that goes, or the one that the text comes before. */
            line: z.number().int(),
            count: z.number().int(),
            text: z.string(),
          }),
        )
        .readonly(),
      compile: z.string().optional(),
    })
    .optional(),
});
export type Fix = NonNullable<z.infer<typeof problem>['fix']>;
export type Problem = z.infer<typeof problem>;
