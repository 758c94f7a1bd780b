/**
 * The port between a window and the main process, for what is not in the calls (core/api/contract/desktop.ts): settings go
 * both ways, commands of the menus go to the window.
 */
import { ipcMain, type MessagePortMain, type WebContents } from 'electron';
import { toDesktop, type FromDesktop, type WindowCommand } from '../core/api/contract/desktop.ts';
import { isOurPage } from './ports.ts';
import type { Settings } from './settings.ts';
import type { AppWindows } from './windows.ts';

const DESKTOP_CHANNEL = 'sandpost:desktop';

export interface WindowCommands {
  /** To the window in front; one is opened for it where there is none. */
  give(command: WindowCommand): void;
}

/** A page may ask for files only after its user did something in it, and does not see what is chosen in a menu. */
const tellOfUse = (contents: WebContents) => contents.executeJavaScript('undefined', true);

export function createWindowCommands(windows: AppWindows, settings: Settings): WindowCommands {
  /** By the id of the window's contents. */
  const ports = new Map<number, MessagePortMain>();
  let waiting: WindowCommand | undefined;
  const tell = (port: MessagePortMain, message: FromDesktop) => {
    port.postMessage(message);
  };

  const order = (contents: WebContents, port: MessagePortMain, command: WindowCommand) => {
    void tellOfUse(contents).then(() => {
      tell(port, { kind: 'command', command });
    });
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
    if (waiting !== undefined) order(event.sender, port, waiting);
    waiting = undefined;
  });
  settings.onChange((now) => {
    for (const port of ports.values()) tell(port, { kind: 'settings', settings: now });
  });

  return {
    give(command) {
      windows.open();
      const contents = windows.current()?.webContents;
      const port = ports.get(contents?.id ?? -1);
      if (contents === undefined || port === undefined) waiting = command;
      else order(contents, port, command);
    },
  };
}
