/** The tray: how much is unread, the newest mail, and the way back to the window. */
import path from 'node:path';
import { Menu, nativeTheme, Tray, type MenuItemConstructorOptions } from 'electron';
import type { DeskMail } from './mail-watch.ts';
import type { MainContext } from './module.ts';
import { messageHash } from './places.ts';
import { countText, tooltipOf, trayEntries, type TrayEntry } from './tray-content.ts';

const ICONS = path.resolve(import.meta.dirname, '..', '..', 'assets', 'icons');

/** A Mac colours a template itself; elsewhere the icon is for a light or a dark panel. */
function icon(): string {
  if (process.platform === 'darwin') return path.join(ICONS, 'trayTemplate.png');
  return path.join(ICONS, nativeTheme.shouldUseDarkColors ? 'tray-dark.png' : 'tray.png');
}

export function enableTray(context: MainContext): void {
  const { app, mail, settings, windows } = context;
  const tray = new Tray(icon());
  let latest: DeskMail = { unread: 0, recent: [] };
  const commands = {
    open: () => {
      windows.open();
    },
    settings: () => {
      context.commands.give('settings');
    },
    quit: () => {
      app.quit();
    },
  };

  function toItem(entry: TrayEntry): MenuItemConstructorOptions {
    switch (entry.kind) {
      case 'line':
        return { type: 'separator' };
      case 'note':
        return { label: entry.label, enabled: false };
      case 'message':
        return {
          label: entry.label,
          click: () => {
            windows.open(messageHash(entry.id));
          },
        };
      case 'command':
        return { label: entry.label, click: commands[entry.command] };
      case 'switch':
        return {
          label: entry.label,
          type: 'checkbox',
          checked: entry.isOn,
          click: () => {
            const { alerts } = settings.current;
            settings.change({ alerts: { ...alerts, isOn: !alerts.isOn } });
          },
        };
    }
  }

  function draw(): void {
    const { unread } = latest;
    tray.setToolTip(tooltipOf(unread));
    if (process.platform === 'darwin') tray.setTitle(unread === 0 ? '' : countText(unread));
    const entries = trayEntries(latest, settings.current.alerts.isOn);
    tray.setContextMenu(Menu.buildFromTemplate(entries.map(toItem)));
  }

  draw();
  tray.on('click', commands.open);
  nativeTheme.on('updated', () => {
    tray.setImage(icon());
  });
  settings.onChange(draw);
  mail.onChange((changed) => {
    latest = changed;
    draw();
  });
}
