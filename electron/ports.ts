/**
 * A window asks for a port to the engine: its end is a MessagePortMain, the worker's end is a port of
 * node:worker_threads; they cannot be handed on to each other's side, so this carries the messages across.
 */
import { MessageChannel } from 'node:worker_threads';
import { ipcMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import { APP_ORIGIN } from './origin.ts';
import type { MainContext } from './module.ts';
import type { AppWindows } from './windows.ts';

const CONNECT_CHANNEL = 'sandpost:connect';

/** Said by the page of one of our windows, not by a frame in it. */
export function isOurPage({ sender, senderFrame }: IpcMainEvent, windows: AppWindows): boolean {
  const isOurs = senderFrame?.url.startsWith(`${APP_ORIGIN}/`) === true && windows.owns(sender);
  return isOurs && senderFrame === sender.mainFrame;
}

export function enablePorts({ engine, windows }: MainContext): void {
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const [remote] = event.ports;
    if (remote === undefined || !isOurPage(event, windows)) return;
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
