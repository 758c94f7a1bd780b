import { ORPCError } from '@orpc/server';
import { assertNever } from '../../util/assert-never.ts';
import type { NotTraced } from '../areas/lab.ts';
import type { Problem } from '../contract/common.ts';
import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

interface InvalidError {
  UNPROCESSABLE_CONTENT(options: { data: { problems: Problem[] } }): Error;
}

function failure(why: NotTraced, messageId: number | undefined, errors: InvalidError): Error {
  switch (why.kind) {
    case 'invalid':
      return errors.UNPROCESSABLE_CONTENT({ data: { problems: [...why.problems] } });
    case 'no-message':
      return notFound(`message ${messageId ?? 0}`);
    case 'no-listener':
      return new ORPCError('BAD_REQUEST', { message: why.reason });
    default:
      return assertNever(why);
  }
}

export function traceCalls({ lab }: Engine) {
  return {
    run: os.trace.run.handler(async ({ input, errors }) => {
      const traced = await lab.trace(input);
      if (traced.kind !== 'traced') throw failure(traced, input.messageId, errors);
      return traced.result;
    }),
    compare: os.trace.compare.handler(async ({ input, errors }) => {
      const compared = await lab.compare(input);
      if (compared.kind !== 'compared') throw failure(compared, input.messageId, errors);
      const { inUse, draft, difference } = compared;
      return { inUse, draft, difference };
    }),
    replay: os.trace.replay.handler(async function* ({ input, errors, signal }) {
      for await (const step of lab.replay(input)) {
        if (signal?.aborted === true) return;
        if (step.kind !== 'done' && step.kind !== 'progress') throw failure(step, undefined, errors);
        yield step;
      }
    }),
    compareReplayed: os.trace.compareReplayed.handler(async ({ input, errors }) => {
      const compared = await lab.compareReplayed(input);
      if (compared.kind !== 'compared') throw failure(compared, input.id, errors);
      const { inUse, draft, difference } = compared;
      return { inUse, draft, difference };
    }),
  };
}
