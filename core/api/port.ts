/** The message-port door: a window's end of a channel, or another thread's. Only who was given the port can call. */
import type { MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import type { CallContext } from './implementer.ts';
import type { SandpostRouter } from './router.ts';

/** Serves the calls on this port until it closes. */
export function servePort(router: SandpostRouter, port: MessagePort): void {
  new RPCHandler<CallContext>(router).upgrade(port, { context: { mayChange: true } });
  port.start();
}
