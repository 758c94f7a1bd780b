/** Configuration files, users, compiled tables. The text files are the truth. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { fileName, problem, time } from './common.ts';

const configFile = z.object({
  name: z.string(),
  size: z.number(),
  modifiedAt: time,
  kind: z.enum(['main', 'master', 'aliases', 'table', 'pattern', 'other']),
  /** An indexed table whose compiled form is older than this file. */
  isStale: z.boolean(),
});
export type ConfigFile = z.infer<typeof configFile>;

const setting = z.object({
  name: z.string(),
  value: z.string(),
  expanded: z.string(),
  file: z.string(),
  line: z.number(),
});
export type Setting = z.infer<typeof setting>;

const parameterView = z.object({
  name: z.string(),
  known: z.boolean(),
  default: z.string(),
  value: z.string(),
  expanded: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  /** Whether it does here what it does in Postfix; unknown: nobody made sure, or there is no such parameter. */
  effect: z.enum(['works', 'no-effect', 'unknown']),
  /** What it does, in a sentence; '' for names that only this configuration has. */
  about: z.string(),
});
export type ParameterView = z.infer<typeof parameterView>;

/** A saved state of the configuration folder: what is applied, and when. */
const revision = z.object({
  number: z.number().int(),
  at: time,
  /** What was done, in a few words. */
  what: z.string(),
  recipe: z.object({ id: z.string(), action: z.enum(['apply', 'undo']) }).optional(),
  /** The files that it changed. */
  files: z.array(z.string()),
});
export type Revision = z.infer<typeof revision>;

const texts = z.record(z.string(), z.string());

/** What something was, and what it is now; absent: it was not there, or is not any more. */
const difference = z.object({
  name: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type Difference = z.infer<typeof difference>;

const meaning = z.object({
  /** As `postconf -n` shows them, expanded; also those that only changed with a `$name` in their value. */
  parameters: z.array(difference),
  /** Services of master.cf: how they are started. */
  services: z.array(difference),
  /** Entries of lookup tables, by file. */
  entries: z.array(difference.extend({ file: z.string() })),
  /** Why the meaning cannot be told: the draft cannot be used. */
  failure: z.string().optional(),
});
export type Meaning = z.infer<typeof meaning>;

const invalid = {
  UNPROCESSABLE_CONTENT: {
    status: 422,
    message: 'The configuration has errors.',
    data: z.object({ problems: z.array(problem) }),
  },
};

const userRow = z.object({ name: z.string(), isLogin: z.boolean(), messages: z.number() });
export type UserRow = z.infer<typeof userRow>;

export const config = {
  files: oc
    .route({ method: 'GET', path: '/config/files' })
    .output(z.object({ directory: z.string(), files: z.array(configFile) })),
  read: oc
    .route({ method: 'GET', path: '/config/files/{name}' })
    .input(z.object({ name: fileName }))
    .output(z.object({ name: z.string(), text: z.string(), version: z.string() })),
  /** What `postfix check` says, and more, about the files as they would be with these changes. Nothing is written. */
  check: oc
    .route({ method: 'POST', path: '/config/check' })
    .input(z.object({ files: z.record(fileName, z.string()).default({}) }))
    .output(z.object({ problems: z.array(problem) })),
  /**
   * Writes the files, compiles changed tables and reloads; version '' makes a new file. Refused (409) when a file is not the version that was read,
   * or (422, with the problems) when the check finds an error, unless `force`.
   */
  apply: oc
    .route({ method: 'POST', path: '/config/apply' })
    .input(
      z.object({
        files: z.record(fileName, z.object({ text: z.string(), version: z.string() })),
        force: z.boolean().default(false),
      }),
    )
    .errors({
      CONFLICT: {
        status: 409,
        message: 'The file was changed by another program.',
        data: z.object({ files: z.array(z.string()) }),
      },
      ...invalid,
    })
    .output(z.object({ revision: z.number(), problems: z.array(problem) })),
  /** What the configuration would mean with these changes, beside what it means now. */
  compare: oc
    .route({ method: 'POST', path: '/config/compare' })
    .input(z.object({ files: z.record(fileName, z.string()) }))
    .output(meaning),
  /** Newest first. */
  revisions: oc
    .route({ method: 'GET', path: '/config/revisions' })
    .input(z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }).default({ limit: 100 }))
    .output(z.object({ revisions: z.array(revision) })),
  /** The texts of a revision, those of the one before, and those that are in use now: only of files that differ. */
  revision: oc
    .route({ method: 'GET', path: '/config/revisions/{number}' })
    .input(z.object({ number: z.coerce.number().int() }))
    .output(revision.extend({ texts, before: texts, now: texts })),
  /** Makes the folder what it was in a revision, as a new revision. Refused (422) when that has errors, unless `force`. */
  restore: oc
    .route({ method: 'POST', path: '/config/revisions/{number}/restore' })
    .input(z.object({ number: z.coerce.number().int(), force: z.boolean().default(false) }))
    .errors(invalid)
    .output(z.object({ revision: z.number(), problems: z.array(problem) })),
  /** postconf -n: what differs from the defaults, and where each is set. */
  settings: oc
    .route({ method: 'GET', path: '/config/settings' })
    .output(z.object({ settings: z.array(setting) })),
  /** Every parameter of Postfix, and what else the files set. */
  parameters: oc
    .route({ method: 'GET', path: '/config/parameters' })
    .output(z.object({ parameters: z.array(parameterView) })),
  /** One parameter for the inspector. */
  parameter: oc
    .route({ method: 'GET', path: '/config/parameters/{name}' })
    .input(z.object({ name: z.string() }))
    .output(parameterView),
};

export const users = {
  list: oc.route({ method: 'GET', path: '/users' }).output(z.object({ users: z.array(userRow) })),
  add: oc
    .route({ method: 'POST', path: '/users' })
    .input(z.object({ name: z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}$/i) }))
    .output(z.object({ name: z.string(), added: z.boolean() })),
  remove: oc
    .route({ method: 'DELETE', path: '/users/{name}' })
    .input(z.object({ name: z.string() }))
    .output(z.object({ removed: z.boolean() })),
};

export const tables = {
  /** postmap, postalias and newaliases, with their own arguments: they compile text files into the sandbox's database. */
  run: oc
    .route({ method: 'POST', path: '/tables/run' })
    .input(
      z.object({
        command: z.enum(['postmap', 'postalias', 'newaliases']),
        args: z.array(z.string()),
        stdin: z.string().optional(),
      }),
    )
    .output(z.object({ exit: z.number(), stdout: z.string(), stderr: z.string() })),
};
