/** The message-port door: a window's end of a channel, or another thread's. Only who was given the port can call. */
import type { MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import type { CallContext } from './implementer.ts';
import type { SandpostRouter } from './router.ts';

export interface PortDoor {
  /** Serves the calls on this port until it closes. */
  serve(port: MessagePort): void;
}

export function createPortDoor(router: SandpostRouter): PortDoor {
  const handler = new RPCHandler<CallContext>(router);
  return {
    serve(port) {
      handler.upgrade(port, { context: { mayChange: true } });
      port.start();
    },
  };
}
