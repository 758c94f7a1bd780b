/** The application menu: what each system expects, and no more than works. */
import { Menu, shell, type MenuItemConstructorOptions } from 'electron';
import type { MainContext } from './module.ts';

export function enableMenu({ app, engine, window }: MainContext): void {
  const isMac = process.platform === 'darwin';
  const inBrowser: MenuItemConstructorOptions[] =
    engine.http === null
      ? []
      : [
          {
            label: 'Open in Browser',
            click: () => {
              if (engine.http !== null) void shell.openExternal(engine.http);
            },
          },
        ];
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        {
          label: 'Show Sandpost',
          click: () => {
            window.open();
          },
        },
        ...inBrowser,
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ];
  app.setAboutPanelOptions({ applicationName: 'Sandpost', applicationVersion: app.getVersion() });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
