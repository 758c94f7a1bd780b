/** What every call goes through: may this caller change anything, and which errors it gets to see. */
import { implement, ORPCError, ValidationError } from '@orpc/server';
import { contract } from './contract/index.ts';

/** What a door knows about the caller. */
export interface CallContext {
  /** The caller showed a token, or came through a door that only the owner can open (socket, port, in-process). */
  readonly mayChange: boolean;
}

const NO_TOKEN =
  'This call changes something: send the token of the page, or "Authorization: Bearer" with the text of the file api-token in the data folder.';

const base = implement(contract).$context<CallContext>();

/** `recipients[0]: Invalid input: expected string, received number`. */
function tellIssues(error: ValidationError): string {
  return error.issues
    .map((issue) => {
      const path = (issue.path ?? [])
        .map((segment) => {
          const key = typeof segment === 'object' ? segment.key : segment;
          return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
        })
        .join('')
        .replace(/^\./, '');
      return path === '' ? issue.message : `${path}: ${issue.message}`;
    })
    .join('; ');
}

/** Expected refusals pass; bad input says what is bad; anything else is a bug or a broken disk, and says which. */
function presentable(error: unknown): unknown {
  if (!(error instanceof ORPCError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new ORPCError('INTERNAL_SERVER_ERROR', { message, cause: error });
  }
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    return new ORPCError('BAD_REQUEST', {
      message: tellIssues(error.cause),
      data: { issues: error.cause.issues },
      cause: error.cause,
    });
  }
  return error;
}

/** Calls whose route is not GET change something. */
export const os = base
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw presentable(error);
    }
  })
  .use(({ context, next, procedure }) => {
    if (!context.mayChange && procedure['~orpc'].route.method !== 'GET') {
      throw new ORPCError('UNAUTHORIZED', { message: NO_TOKEN });
    }
    return next();
  });

/** The answer for something that is not there. */
export function notFound(what: string): ORPCError<'NOT_FOUND', undefined> {
  return new ORPCError('NOT_FOUND', { message: `There is no ${what}.` });
}
