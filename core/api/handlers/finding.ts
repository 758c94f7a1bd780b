import { parseSearch, ruleProblem, type SearchNode, type SearchProblem } from '../../mail/search/search.ts';
import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

/** Makes the call's error out of a search that is none. */
type Refuse = (options: {
  readonly message: string;
  readonly data: { readonly problem: { at: number; length: number; message: string } };
}) => Error;

/** Throws what is wrong with the search; whether it is right does not depend on the time. */
export function checkSearch(
  search: string,
  errors: { readonly UNPROCESSABLE_CONTENT: Refuse },
): SearchNode | undefined {
  const parsed = parseSearch(search, 0);
  if (parsed.kind === 'search') return parsed.node;
  throw refusal(parsed.problem, errors);
}

function refusal(problem: SearchProblem, errors: { readonly UNPROCESSABLE_CONTENT: Refuse }): Error {
  return errors.UNPROCESSABLE_CONTENT({ message: problem.message, data: { problem: { ...problem } } });
}

export function tagCalls({ finding }: Engine) {
  return {
    change: os.tags.change.handler(async ({ input: { ids, add, remove } }) => {
      const changed = await finding.tag(ids, { add, remove });
      return { changed: changed.length, ids: [...changed] };
    }),
    rename: os.tags.rename.handler(async ({ input: { from, to }, errors }) => {
      if (await finding.renameTag(from, to)) return { name: to };
      throw errors.CONFLICT({ message: `There is no tag ${from}, or one called ${to} already.` });
    }),
    remove: os.tags.remove.handler(async ({ input: { name } }) => ({
      changed: await finding.removeTag(name),
    })),
  };
}

export function searchCalls({ finding }: Engine) {
  return {
    put: os.searches.put.handler(async ({ input, errors }) => {
      checkSearch(input.search, errors);
      const saved = await finding.putSearch(input);
      if (saved !== undefined) return saved;
      throw errors.CONFLICT({ message: `There is a saved search called ${input.name} already.` });
    }),
    remove: os.searches.remove.handler(async ({ input: { id } }) => ({
      removed: await finding.removeSearch(id),
    })),
  };
}

export function ruleCalls({ finding }: Engine) {
  return {
    list: os.rules.list.handler(async () => ({ rules: [...(await finding.rules())] })),
    add: os.rules.add.handler(async ({ input, errors }) => {
      const message = ruleProblem(checkSearch(input.search, errors));
      if (message !== undefined) throw refusal({ at: 0, length: input.search.length, message }, errors);
      return { rules: [...(await finding.addRule(input))] };
    }),
    remove: os.rules.remove.handler(async ({ input }) => ({
      rules: [...(await finding.removeRule(input.id))],
    })),
  };
}

export function keepingCalls({ finding }: Engine) {
  return {
    get: os.keeping.get.handler(() => finding.keeping()),
    set: os.keeping.set.handler(({ input }) => finding.setKeeping(input)),
  };
}
