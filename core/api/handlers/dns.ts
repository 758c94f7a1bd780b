import type { DnsPutResult } from '../areas/dns.ts';
import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

export function dnsCalls({ dns }: Engine) {
  return {
    list: os.dns.list.handler(async () => ({ records: [...(await dns.list())] })),
    set: os.dns.set.handler(async ({ input, errors }) =>
      stored(await dns.set(input.records, input.replace), errors, input.records.length > 1 ? 'record' : ''),
    ),
    import: os.dns.import.handler(async ({ input, errors }) =>
      stored(await dns.import(input.text, input.replace), errors, 'line'),
    ),
    remove: os.dns.remove.handler(async ({ input, errors }) => {
      const removed = await dns.remove(input);
      if (typeof removed === 'number') return { removed };
      throw errors.UNPROCESSABLE_CONTENT({ message: removed.message, data: { problems: [removed] } });
    }),
    clear: os.dns.clear.handler(async () => ({ removed: await dns.clear() })),
    export: os.dns.export.handler(async () => ({ text: await dns.export() })),
    questions: os.dns.questions.handler(async () => ({ questions: [...(await dns.questions())] })),
    lookup: os.dns.lookup.handler(({ input }) => dns.lookup(input.name, input.type)),
  };
}

/** Makes the call's error out of records that were refused. */
type Refuse = (options: {
  readonly message: string;
  readonly data: { readonly problems: { line: number; message: string }[] };
}) => Error;

/** @param place what the numbers of problems count; '' when there is one alone */
function stored(result: DnsPutResult, errors: { readonly UNPROCESSABLE_CONTENT: Refuse }, place: string) {
  if (result.kind === 'stored') return { records: [...result.records] };
  const problems = [...result.problems];
  const tell = (problem: (typeof problems)[number]) =>
    place === '' ? problem.message : `${place} ${problem.line}: ${problem.message}`;
  const message = problems.map(tell).join('\n');
  throw errors.UNPROCESSABLE_CONTENT({ message, data: { problems } });
}
