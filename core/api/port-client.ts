/** A client of the contract over a message port, for another thread of the process that has the engine. */
import type { MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { SandpostClient } from './client.ts';

export function createPortClient(port: MessagePort): SandpostClient {
  const client: SandpostClient = createORPCClient(new RPCLink({ port }));
  port.start();
  return client;
}
