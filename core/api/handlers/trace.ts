import { ORPCError } from '@orpc/server';
import { assertNever } from '../../util/assert-never.ts';
import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

export function traceCalls({ lab }: Engine) {
  return {
    run: os.trace.run.handler(async ({ input, errors }) => {
      const traced = await lab.trace(input);
      switch (traced.kind) {
        case 'traced':
          return traced.result;
        case 'invalid':
          throw errors.UNPROCESSABLE_CONTENT({ data: { problems: [...traced.problems] } });
        case 'no-message':
          throw notFound(`message ${input.messageId ?? 0}`);
        case 'no-listener':
          throw new ORPCError('BAD_REQUEST', { message: traced.reason });
        default:
          return assertNever(traced);
      }
    }),
  };
}
