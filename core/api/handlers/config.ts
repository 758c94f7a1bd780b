import { assertNever } from '../../util/assert-never.ts';
import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

export function configCalls({ config }: Engine) {
  return {
    files: os.config.files.handler(async () => ({
      directory: config.directory,
      files: [...(await config.files())],
    })),
    read: os.config.read.handler(async ({ input: { name } }) => {
      const file = await config.read(name);
      if (file === undefined) throw notFound(`file ${name} in ${config.directory}`);
      return { name, ...file };
    }),
    check: os.config.check.handler(async ({ input }) => ({
      problems: [...(await config.check(input.files))],
    })),
    apply: os.config.apply.handler(async ({ input, errors }) => {
      const result = await config.apply(input.files, input.force);
      switch (result.kind) {
        case 'applied':
          return { revision: result.revision, problems: [...result.problems] };
        case 'conflict':
          throw errors.CONFLICT({ data: { files: [...result.files] } });
        case 'invalid':
          throw errors.UNPROCESSABLE_CONTENT({ data: { problems: [...result.problems] } });
        default:
          return assertNever(result);
      }
    }),
    compare: os.config.compare.handler(({ input }) => config.compare(input.files)),
    revisions: os.config.revisions.handler(async ({ input }) => ({
      revisions: [...(await config.revisions(input.limit))],
    })),
    revision: os.config.revision.handler(async ({ input: { number } }) => {
      const revision = await config.revision(number);
      if (revision === undefined) throw notFound(`revision ${number}`);
      return {
        ...revision,
        texts: { ...revision.texts },
        before: { ...revision.before },
        now: { ...revision.now },
      };
    }),
    restore: os.config.restore.handler(async ({ input: { number, force }, errors }) => {
      const result = await config.restore(number, force);
      if (result?.kind === 'applied') return { revision: result.revision, problems: [...result.problems] };
      if (result?.kind === 'invalid')
        throw errors.UNPROCESSABLE_CONTENT({ data: { problems: [...result.problems] } });
      throw notFound(`revision ${number}`);
    }),
    settings: os.config.settings.handler(async () => ({ settings: [...(await config.settings())] })),
    parameters: os.config.parameters.handler(async () => ({ parameters: [...(await config.parameters())] })),
    parameter: os.config.parameter.handler(({ input }) => config.parameter(input.name)),
  };
}
