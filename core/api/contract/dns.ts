/** The sandbox's own DNS: the table that every look-up of the engine is answered from. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { time } from './common.ts';

const DATA_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'TXT'] as const;

/** The last five say how a name answers whatever it is asked for, its records notwithstanding. */
const recordType = z.enum([...DATA_TYPES, 'NXDOMAIN', 'NODATA', 'SERVFAIL', 'FORMERR', 'TIMEOUT']);

const record = z.object({
  /** Lower case, without the final dot; `*.example.com` and `*`: names that are not in the table. */
  name: z.string(),
  type: recordType,
  /** MX only. */
  preference: z.number().int().optional(),
  /** Address, host name (`.` in a null MX) or text; '' for a forced answer. */
  value: z.string(),
  /** Seconds. */
  ttl: z.number().int(),
});
export type DnsRecordRow = z.infer<typeof record>;

/** As it is typed in: a PTR may be filed under its address. */
const draft = z.object({
  name: z.string(),
  type: recordType,
  preference: z.number().int().optional(),
  value: z.string().default(''),
  ttl: z.number().int().optional(),
});
export type DnsRecordDraft = z.infer<typeof draft>;

const problems = z.array(
  z.object({
    /** Line of the file, or place in the list, from 1. */
    line: z.number().int(),
    message: z.string(),
  }),
);
export type DnsProblem = z.infer<typeof problems>[number];

const REFUSED = {
  UNPROCESSABLE_CONTENT: {
    status: 422,
    message: 'These are not records that the table can hold.',
    data: z.object({ problems }),
  },
} as const;

export type DnsLookupType = (typeof DATA_TYPES)[number];

const lookup = z.object({
  kind: z.enum(['found', 'absent', 'servfail', 'failed']),
  /** Why nothing was found. */
  why: z
    .enum([
      'nxdomain',
      'nodata',
      'loop',
      'servfail',
      'timeout',
      'filter',
      'unrecoverable',
      'malformed',
      'policy',
    ])
    .optional(),
  /** Who has the records, after CNAME records. */
  name: z.string(),
  records: z.array(record),
  /** The answer in words. */
  text: z.string(),
});
export type DnsLookup = z.infer<typeof lookup>;

const question = z.object({ at: time, name: z.string(), type: z.enum(DATA_TYPES), answer: lookup });
export type DnsQuestionRow = z.infer<typeof question>;

export const dns = {
  list: oc.route({ method: 'GET', path: '/dns' }).output(z.object({ records: z.array(record) })),
  /** Adds records, all or none; `replace`: the table holds nothing else afterwards. A change acts at once. */
  set: oc
    .route({ method: 'POST', path: '/dns' })
    .input(z.object({ records: z.array(draft), replace: z.boolean().default(false) }))
    .errors(REFUSED)
    .output(z.object({ records: z.array(record) })),
  /** Takes off the records of a name, or those of a type, or one. */
  remove: oc
    .route({ method: 'POST', path: '/dns/remove' })
    .input(z.object({ name: z.string(), type: recordType.optional(), value: z.string().optional() }))
    .errors(REFUSED)
    .output(z.object({ removed: z.number().int() })),
  /** Takes all records off. */
  clear: oc.route({ method: 'DELETE', path: '/dns' }).output(z.object({ removed: z.number().int() })),
  /** Lines of a zone file (RFC 1035 section 5.1), all or none. */
  import: oc
    .route({ method: 'POST', path: '/dns/import' })
    .input(z.object({ text: z.string(), replace: z.boolean().default(false) }))
    .errors(REFUSED)
    .output(z.object({ records: z.array(record) })),
  /** The table as lines that `import` reads. */
  export: oc.route({ method: 'GET', path: '/dns/export' }).output(z.object({ text: z.string() })),
  /** One question, answered as the engine would be. */
  lookup: oc
    .route({ method: 'GET', path: '/dns/lookup' })
    .input(z.object({ name: z.string(), type: z.enum(DATA_TYPES).default('A') }))
    .output(lookup),
  /** What the engine asked since it was started: the last 1,000 questions, oldest first. */
  questions: oc
    .route({ method: 'GET', path: '/dns/questions' })
    .output(z.object({ questions: z.array(question) })),
};
