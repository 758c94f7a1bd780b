import { ORPCError } from '@orpc/server';
import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

const nothing = (message: string) => new ORPCError('BAD_REQUEST', { message });

export function recipeCalls({ recipes }: Engine) {
  return {
    list: os.recipes.list.handler(async () => ({ recipes: [...(await recipes.list())] })),
    plan: os.recipes.plan.handler(async ({ input: { id, fields } }) => {
      const plan = await recipes.plan(id, fields);
      if (plan === undefined) throw notFound(`recipe ${id}`);
      return plan;
    }),
    apply: os.recipes.apply.handler(async ({ input: { id, fields, force }, errors }) => {
      const result = await recipes.apply(id, fields, force);
      if (result === undefined) throw notFound(`recipe ${id}`);
      if (result === 'nothing') throw nothing('The configuration has this already.');
      if (result.kind === 'applied') return { revision: result.revision, problems: [...result.problems] };
      const problems = result.kind === 'invalid' ? [...result.problems] : [];
      throw errors.UNPROCESSABLE_CONTENT({ data: { problems } });
    }),
    undo: os.recipes.undo.handler(async ({ input: { id }, errors }) => {
      const result = await recipes.undo(id);
      if (result === undefined) throw notFound(`recipe ${id}`);
      if (result === 'nothing') throw nothing('This recipe is not applied.');
      if (result.kind === 'conflict') throw errors.CONFLICT({ data: { files: [...result.files] } });
      if (result.kind === 'invalid')
        throw errors.UNPROCESSABLE_CONTENT({ data: { problems: [...result.problems] } });
      return { revision: result.revision, problems: [...result.problems] };
    }),
    test: os.recipes.test.handler(async ({ input: { id, fields } }) => {
      const trial = await recipes.test(id, fields);
      if (trial === undefined) throw notFound(`recipe ${id}`);
      return trial;
    }),
  };
}
