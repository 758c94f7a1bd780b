/** What a person hands in, loaded when somebody does: a server that only takes mail starts sooner without it. */
import type { DraftArea, HandInArea } from '../api/areas/hand-in.ts';
import type { DraftsDependencies } from './drafts-area.ts';
import type { HandInDependencies } from './hand-in.ts';
import type { ImportDependencies } from './import-mail.ts';

export type LazyHandInDependencies = HandInDependencies &
  ImportDependencies &
  Omit<DraftsDependencies, 'handIn'>;

interface Areas {
  readonly handIn: HandInArea;
  readonly drafts: DraftArea;
}

async function load(dependencies: LazyHandInDependencies): Promise<Areas> {
  const [{ createHandIn }, { createImport }, { createDraftsArea }] = await Promise.all([
    import('./hand-in.ts'),
    import('./import-mail.ts'),
    import('./drafts-area.ts'),
  ]);
  const handIn = createHandIn(dependencies);
  const importMail = createImport({ ...dependencies, locally: handIn.locally });
  return { handIn: { ...handIn, import: importMail }, drafts: createDraftsArea({ ...dependencies, handIn }) };
}

export function createLazyHandIn(dependencies: LazyHandInDependencies): Areas {
  let loading: Promise<Areas> | undefined;
  const areas = () => (loading ??= load(dependencies));
  return {
    handIn: {
      resend: async (input) => (await areas()).handIn.resend(input),
      inject: async (input) => (await areas()).handIn.inject(input),
      import: async (input) => (await areas()).handIn.import(input),
    },
    drafts: {
      list: async () => (await areas()).drafts.list(),
      get: async (id) => (await areas()).drafts.get(id),
      save: async (fields, id) => (await areas()).drafts.save(fields, id),
      attach: async (id, attachment) => (await areas()).drafts.attach(id, attachment),
      detach: async (id, file) => (await areas()).drafts.detach(id, file),
      remove: async (ids) => (await areas()).drafts.remove(ids),
      send: async (id) => (await areas()).drafts.send(id),
    },
  };
}
