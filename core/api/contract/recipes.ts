/** Recipes: ready changes of the configuration, shown before they are made, applied as revisions, taken back. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { problem } from './common.ts';
import { traceResult } from './trace.ts';

const recipe = z.object({
  id: z.string(),
  title: z.string(),
  /** The section that it follows. */
  section: z.string(),
  about: z.array(z.string()),
  fields: z.array(z.object({ name: z.string(), label: z.string(), value: z.string() })),
  /** The files have it. */
  isOn: z.boolean(),
  /** The revision by which it was applied: it can be taken back. */
  revision: z.number().int().optional(),
});
export type Recipe = z.infer<typeof recipe>;

const id = z.string().regex(/^[a-z-]{1,40}$/);
const fields = z.record(z.string(), z.string()).default({});

const plan = z.object({
  /** The files that change; '' before: there is none yet. */
  files: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
  /** What the check would find that it does not find now. */
  problems: z.array(problem),
});
export type RecipePlan = z.infer<typeof plan>;

const trial = z.object({
  /** What the test message shows. */
  shows: z.string(),
  sender: z.string(),
  recipient: z.string(),
  clientAddress: z.string(),
  message: z.string(),
  /** With the recipe in a draft: it is not applied yet. */
  isDraft: z.boolean(),
  /** What became of it is what the recipe promises. */
  works: z.boolean(),
  result: traceResult,
  /** What a table says to each header, for a recipe that acts on mail that is sent on. */
  headers: z.array(z.object({ header: z.string(), action: z.string().nullable() })),
});
export type RecipeTrial = z.infer<typeof trial>;

const applied = z.object({ revision: z.number(), problems: z.array(problem) });

const invalid = {
  UNPROCESSABLE_CONTENT: {
    status: 422,
    message: 'The configuration has errors.',
    data: z.object({ problems: z.array(problem) }),
  },
};

export const recipes = {
  /** Those whose part of the engine is there. */
  list: oc.route({ method: 'GET', path: '/recipes' }).output(z.object({ recipes: z.array(recipe) })),
  /** The exact change, and nothing is written. */
  plan: oc.route({ method: 'POST', path: '/recipes/{id}/plan' }).input(z.object({ id, fields })).output(plan),
  /** Refused (422) when the files would have errors, unless `force`. */
  apply: oc
    .route({ method: 'POST', path: '/recipes/{id}/apply' })
    .input(z.object({ id, fields, force: z.boolean().default(false) }))
    .errors(invalid)
    .output(applied),
  /** Takes back what it changed and leaves what was changed since; refused (409) where both changed the same lines. */
  undo: oc
    .route({ method: 'POST', path: '/recipes/{id}/undo' })
    .input(z.object({ id }))
    .errors({
      ...invalid,
      CONFLICT: {
        status: 409,
        message: 'Other changes stand where the recipe changed the files.',
        data: z.object({ files: z.array(z.string()) }),
      },
    })
    .output(applied),
  /** Its test message, dry: with the configuration in use where it is applied, else with the recipe as a draft. */
  test: oc
    .route({ method: 'POST', path: '/recipes/{id}/test' })
    .input(z.object({ id, fields }))
    .output(trial),
};
