/**
 * A window asks for a port to the engine: its end is a MessagePortMain, the worker's end is a port of
 * node:worker_threads; they cannot be handed on to each other's side, so this carries the messages across.
 */
import { MessageChannel } from 'node:worker_threads';
import { ipcMain, type MessagePortMain } from 'electron';
import { APP_ORIGIN } from './origin.ts';
import type { MainContext } from './module.ts';

export const CONNECT_CHANNEL = 'sandpost:connect';

export function enablePorts({ engine, window }: MainContext): void {
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const [remote] = event.ports;
    const isOurWindow =
      event.senderFrame?.url.startsWith(`${APP_ORIGIN}/`) === true && window.owns(event.sender);
    if (remote === undefined || !isOurWindow || event.senderFrame !== event.sender.mainFrame) return;
    bridge(remote, (port) => {
      engine.connect(port);
    });
  });
}

function bridge(remote: MessagePortMain, connect: MainContext['engine']['connect']): void {
  const { port1, port2 } = new MessageChannel();
  remote.on('message', ({ data }: { data: unknown }) => {
    port1.postMessage(data);
  });
  port1.on('message', (data: unknown) => {
    remote.postMessage(data);
  });
  remote.on('close', () => {
    port1.close();
  });
  port1.on('close', () => {
    remote.close();
  });
  connect(port2);
  remote.start();
}
