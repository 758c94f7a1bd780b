/** The application menu: what each system expects, and no more than works. */
import { dialog, Menu, shell, type MenuItemConstructorOptions } from 'electron';
import type { WindowCommand } from '../core/api/contract/desktop.ts';
import type { MainContext } from './module.ts';
import { openRequested } from './opening.ts';

type Items = MenuItemConstructorOptions[];
const LINE: MenuItemConstructorOptions = { type: 'separator' };
const VIEWS = [
  ['Mail', '#/mail/all'],
  ['Queue', '#/queue'],
  ['Configuration', '#/config'],
  ['Lab', '#/lab'],
  ['Log', '#/log'],
] as const;
const isMac = process.platform === 'darwin';

async function askForFiles(context: MainContext): Promise<void> {
  const { filePaths } = await dialog.showOpenDialog({
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'Messages', extensions: ['eml'] }],
  });
  for (const path of filePaths) await openRequested(context, { kind: 'file', path });
}

/** Keys that the page has not itself, or not where its fields have the focus: of all others the menu only tells. */
const OWN_KEYS: ReadonlySet<WindowCommand> = new Set(['compose', 'settings']);

/** What the window does. */
const inWindow =
  ({ commands }: MainContext) =>
  (label: string, command: WindowCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: OWN_KEYS.has(command) }),
    click: () => {
      commands.give(command);
    },
  });

function fileMenu(context: MainContext): Items {
  const { engine, windows } = context;
  const { http } = engine;
  const item = inWindow(context);
  return [
    item('New Message', 'compose', 'CmdOrCtrl+N'),
    {
      label: 'New Window',
      accelerator: 'CmdOrCtrl+Shift+N',
      click: () => {
        windows.openNew();
      },
    },
    {
      label: 'Open Message File…',
      accelerator: 'CmdOrCtrl+O',
      click: () => {
        void askForFiles(context);
      },
    },
    LINE,
    item('Import…', 'import'),
    item('Export…', 'export'),
    ...(http === null
      ? []
      : [LINE, { label: 'Open in Browser', click: () => void shell.openExternal(http) }]),
    ...(isMac ? [] : [LINE, item('Settings…', 'settings', 'Ctrl+,')]),
    LINE,
    { role: 'close' },
    ...(isMac ? [] : [{ role: 'quit' } as const]),
  ];
}

function viewMenu(context: MainContext): Items {
  const item = inWindow(context);
  return [
    ...VIEWS.map(([label, hash], index) => ({
      label,
      accelerator: `CmdOrCtrl+${index + 1}`,
      click: () => {
        context.windows.open(hash);
      },
    })),
    LINE,
    item('Search', 'search', 'CmdOrCtrl+K'),
    item('Commands…', 'commands', 'CmdOrCtrl+Shift+P'),
    LINE,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    LINE,
    { role: 'togglefullscreen' },
    { role: 'toggleDevTools' },
  ];
}

function helpMenu(context: MainContext): Items {
  const item = inWindow(context);
  return [
    item('Keys', 'keys', '?'),
    item('Show the Tour', 'tour'),
    ...(isMac ? [] : [LINE, { role: 'about' } as const]),
  ];
}

/** Named after the app, with the settings where a Mac has them. */
function macMenu(context: MainContext): Items {
  return [
    { role: 'about' },
    LINE,
    inWindow(context)('Settings…', 'settings', 'Cmd+,'),
    LINE,
    { role: 'services' },
    LINE,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    LINE,
    { role: 'quit' },
  ];
}

export function enableMenu(context: MainContext): void {
  const { app } = context;
  const template: Items = [
    ...(isMac ? [{ label: app.name, submenu: macMenu(context) }] : []),
    { label: '&File', submenu: fileMenu(context) },
    { role: 'editMenu' },
    { label: '&View', submenu: viewMenu(context) },
    { role: 'windowMenu' },
    { role: 'help', submenu: helpMenu(context) },
  ];
  app.setAboutPanelOptions({ applicationName: 'Sandpost', applicationVersion: app.getVersion() });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
