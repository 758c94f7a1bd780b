/** Whether somebody listens at an address of this machine. */
import { connectLoopback, NotLoopbackError, type Endpoint } from './net-guard.ts';

const WAIT_MS = 500;

/** An address of another machine is not asked, and counts as listening: that it may not be used is told elsewhere. */
export function isListening(endpoint: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean) => {
      socket?.destroy();
      resolve(answer);
    };
    let socket: ReturnType<typeof connectLoopback> | undefined;
    try {
      socket = connectLoopback(endpoint);
    } catch (error) {
      if (!(error instanceof NotLoopbackError)) throw error;
      settle(true);
      return;
    }
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.setTimeout(WAIT_MS, () => {
      settle(false);
    });
  });
}
