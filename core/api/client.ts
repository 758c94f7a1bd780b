/** A client of the contract over any door. Errors are ORPCError with the contract's codes, and ConnectError. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { StandardRPCLink } from '@orpc/client/standard';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from './contract/index.ts';
import { RPC_PATH } from './contract/doors.ts';
import { createSocketSender } from './socket-client.ts';

export { ConnectError, readThroughSocket } from './socket-client.ts';

export type SandpostClient = ContractRouterClient<Contract>;

export type Transport =
  /** The Unix socket or named pipe of a running sandbox. */
  | { readonly socketPath: string }
  /** HTTP; the token of the data folder's api-token file for calls that change something. */
  | { readonly url: string; readonly token?: string };

export function createClient(transport: Transport): SandpostClient {
  const link =
    'socketPath' in transport
      ? new StandardRPCLink(createSocketSender(transport.socketPath), { url: `http://localhost${RPC_PATH}` })
      : new RPCLink({
          url: new URL(RPC_PATH, transport.url),
          headers: transport.token === undefined ? {} : { authorization: `Bearer ${transport.token}` },
        });
  return createORPCClient(link);
}
