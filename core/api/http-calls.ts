/** The calls over HTTP: `/rpc` for our own client, `/api` for everybody else, behind the token check. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { OPENAPI_PATH, RPC_PATH } from './contract/doors.ts';
import { refusalAnswer, send } from './http-answer.ts';
import { isCrossSite, judgeToken, WRONG_TOKEN, type Tokens } from './http-guard.ts';
import type { CallContext } from './implementer.ts';
import type { SandpostRouter } from './router.ts';
import { COMMON_HEADERS } from './security-headers.ts';

/** A message of Postfix's default limit is 14 MB in base64; this leaves room for larger limits. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Handler = Pick<RPCHandler<CallContext>, 'handle'>;

export interface CallHandlers {
  readonly rpc: Answer;
  readonly api: Answer;
}

const limit = () => new BodyLimitPlugin<CallContext>({ maxBodySize: MAX_BODY_BYTES });

async function dispatch(
  handler: Handler,
  prefix: `/${string}`,
  exchange: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly mayChange: boolean;
  },
): Promise<void> {
  const { request, response, mayChange } = exchange;
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  const { matched } = await handler.handle(request, response, { prefix, context: { mayChange } });
  if (!matched) send(request, response, refusalAnswer(404, 'There is no such call.'));
}

function createRpcHandler(router: SandpostRouter): Handler {
  return new RPCHandler<CallContext>(router, { plugins: [limit()] });
}

/** A caller that the system itself let in: the Unix socket. */
export function createTrustedRpc(router: SandpostRouter): Answer {
  const handler = createRpcHandler(router);
  return (request, response) => dispatch(handler, RPC_PATH, { request, response, mayChange: true });
}

export function createCallHandlers(deps: {
  readonly router: SandpostRouter;
  readonly tokens: Tokens;
}): CallHandlers {
  const guarded =
    (handler: Handler, prefix: `/${string}`): Answer =>
    async (request, response) => {
      const token = judgeToken(request.headers, deps.tokens);
      if (isCrossSite(request.headers)) {
        send(request, response, refusalAnswer(403, 'Requests from other sites are refused.'));
      } else if (token === 'wrong') {
        send(request, response, refusalAnswer(WRONG_TOKEN.status, WRONG_TOKEN.message));
      } else {
        await dispatch(handler, prefix, { request, response, mayChange: token === 'shown' });
      }
    };
  // A query has only text in it: numbers and truth values are read from it as the schemas say.
  const coercion = new SmartCoercionPlugin<CallContext>({
    schemaConverters: [new ZodToJsonSchemaConverter()],
  });
  const api = new OpenAPIHandler<CallContext>(deps.router, { plugins: [limit(), coercion] });
  return { rpc: guarded(createRpcHandler(deps.router), RPC_PATH), api: guarded(api, OPENAPI_PATH) };
}
