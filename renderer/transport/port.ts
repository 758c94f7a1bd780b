import { RPCLink } from '@orpc/client/message-port';
import type { Dial } from './line.ts';

/** A line over a MessagePort. The port's `close` event (Chromium 122 on) tells when the engine's side is gone. */
export function portDial(connect: () => Promise<MessagePort>): Dial {
  return async () => {
    const port = await connect();
    const link = new RPCLink({ port });
    const closed = new Promise<void>((resolve) => {
      port.addEventListener('close', () => {
        resolve();
      });
    });
    port.start();
    return {
      link,
      closed,
      close: () => {
        port.close();
      },
    };
  };
}
