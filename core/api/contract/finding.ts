/** Tags, saved searches, rules that tag new mail, and what is kept for how long. What there is of them comes with mail.folders. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { changedMessages, messageIds } from './common.ts';

/** Where a search, or a rule, is wrong: characters [at, at + length). */
const searchProblem = z.object({ at: z.number().int(), length: z.number().int(), message: z.string() });
export type SearchProblemRow = z.infer<typeof searchProblem>;
export const WRONG_SEARCH = {
  UNPROCESSABLE_CONTENT: {
    message: 'This is no search.',
    data: z.object({ problem: searchProblem }),
  },
};

const TAKEN = { CONFLICT: { message: 'The name is taken.' } };

const tagName = z.string().min(1).max(200);

export const tags = {
  /** Puts tags on messages and takes others off; case does not tell them apart. A new one is made. */
  change: oc
    .route({ method: 'POST', path: '/tags' })
    .input(
      messageIds.extend({
        add: z.array(tagName).max(20).default([]),
        remove: z.array(tagName).max(20).default([]),
      }),
    )
    .output(changedMessages),
  rename: oc
    .route({ method: 'POST', path: '/tags/rename' })
    .input(z.object({ from: tagName, to: tagName }))
    .errors(TAKEN)
    .output(z.object({ name: z.string() })),
  /** Takes it off every message. */
  remove: oc
    .route({ method: 'POST', path: '/tags/remove' })
    .input(z.object({ name: tagName }))
    .output(z.object({ changed: z.number().int() })),
};

export const savedSearch = z.object({ id: z.number().int(), name: z.string(), search: z.string() });
export type SavedSearch = z.infer<typeof savedSearch>;

export const searches = {
  /** Keeps a search under a name; with an id it takes that one's place. */
  put: oc
    .route({ method: 'POST', path: '/searches' })
    .input(
      z.object({
        id: z.number().int().optional(),
        name: z.string().trim().min(1).max(80),
        search: z.string().trim().min(1).max(4000),
      }),
    )
    .errors({ ...WRONG_SEARCH, ...TAKEN })
    .output(savedSearch),
  remove: oc
    .route({ method: 'POST', path: '/searches/remove' })
    .input(z.object({ id: z.number().int() }))
    .output(z.object({ removed: z.boolean() })),
};

const rule = z.object({ id: z.number().int(), search: z.string(), tag: z.string() });
export type TagRule = z.infer<typeof rule>;

export const rules = {
  /** In the order in which they are applied. */
  list: oc.route({ method: 'GET', path: '/rules' }).output(z.object({ rules: z.array(rule) })),
  /** New mail that the search finds gets the tag; what is there already stays as it is. */
  add: oc
    .route({ method: 'POST', path: '/rules' })
    .input(z.object({ search: z.string().trim().min(1).max(4000), tag: tagName }))
    .errors(WRONG_SEARCH)
    .output(z.object({ rules: z.array(rule) })),
  remove: oc
    .route({ method: 'POST', path: '/rules/remove' })
    .input(z.object({ id: z.number().int() }))
    .output(z.object({ rules: z.array(rule) })),
};

const limit = z.number().int().min(1).nullable();
const settings = z.object({
  /** Days in the Bin before mail is gone for good. */
  binDays: z.number().int().min(1).max(3650),
  /** The newest so many are kept; null: all. What is starred or still in the queue stays in any case. */
  mostMessages: limit,
  mostDays: limit,
  /** Of all stored messages together. */
  mostBytes: limit,
  /** Tags from X-Tags headers. */
  tagsFromHeader: z.boolean(),
  /** `you+invoice@localhost` is tagged `invoice`. */
  tagsFromPlus: z.boolean(),
});
export type Keeping = z.infer<typeof settings>;

export const keeping = {
  get: oc.route({ method: 'GET', path: '/keeping' }).output(settings),
  /** Takes effect soon, behind the mail that comes in. */
  set: oc.route({ method: 'POST', path: '/keeping' }).input(settings.partial()).output(settings),
};
