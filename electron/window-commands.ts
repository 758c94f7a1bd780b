/**
 * The port between a window and the main process, for what is not in the calls (core/api/contract/desktop.ts): settings go
 * both ways, commands of the menus go to the window.
 */
import { ipcMain, type MessagePortMain } from 'electron';
import { toDesktop, type FromDesktop, type WindowCommand } from '../core/api/contract/desktop.ts';
import { isOurPage } from './ports.ts';
import type { Settings } from './settings.ts';
import type { AppWindows } from './windows.ts';

const DESKTOP_CHANNEL = 'sandpost:desktop';

export interface WindowCommands {
  /** To the window in front; one is opened for it where there is none. */
  give(command: WindowCommand): void;
}

export function createWindowCommands(windows: AppWindows, settings: Settings): WindowCommands {
  /** By the id of the window's contents. */
  const ports = new Map<number, MessagePortMain>();
  let waiting: WindowCommand | undefined;
  const tell = (port: MessagePortMain, message: FromDesktop) => {
    port.postMessage(message);
  };

  ipcMain.on(DESKTOP_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined || !isOurPage(event, windows)) return;
    const { id } = event.sender;
    ports.set(id, port);
    port.on('close', () => {
      if (ports.get(id) === port) ports.delete(id);
    });
    port.on('message', ({ data }: { data: unknown }) => {
      const asked = toDesktop.safeParse(data);
      if (asked.success) settings.change(asked.data.change);
    });
    port.start();
    tell(port, { kind: 'settings', settings: settings.current });
    if (waiting !== undefined) tell(port, { kind: 'command', command: waiting });
    waiting = undefined;
  });
  settings.onChange((now) => {
    for (const port of ports.values()) tell(port, { kind: 'settings', settings: now });
  });

  return {
    give(command) {
      windows.open();
      const port = ports.get(windows.current()?.webContents.id ?? -1);
      if (port === undefined) waiting = command;
      else tell(port, { kind: 'command', command });
    },
  };
}
