/** Right click: cut, copy, paste where they apply. Electron has no menu of its own there. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MainContext } from './module.ts';

export function enableContextMenu({ app }: MainContext): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('context-menu', (_menuEvent, { isEditable, selectionText, linkURL }) => {
      const items: MenuItemConstructorOptions[] = [];
      if (isEditable) items.push({ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' });
      else if (selectionText.trim() !== '') items.push({ role: 'copy' });
      if (linkURL !== '') items.push({ label: `Link: ${linkURL.slice(0, 100)}`, enabled: false });
      if (items.length > 0) Menu.buildFromTemplate(items).popup();
    });
  });
}
