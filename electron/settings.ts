/** What a person chose for the desktop app: kept in a small file, told to whoever acts on it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from 'electron';
import { desktopSettings, FIRST_SETTINGS, type DesktopSettings } from '../core/api/contract/desktop.ts';

export interface Settings {
  readonly current: DesktopSettings;
  change(part: { readonly [Key in keyof DesktopSettings]?: DesktopSettings[Key] | undefined }): void;
  /** Called with the new ones and those before, after each change. */
  onChange(listener: (now: DesktopSettings, before: DesktopSettings) => void): void;
}

/** A Mac's apps stay when their windows are closed. */
const FIRST: DesktopSettings = { ...FIRST_SETTINGS, closesToTray: process.platform === 'darwin' };

function read(file: string): DesktopSettings {
  try {
    const stored = desktopSettings.partial().parse(JSON.parse(readFileSync(file, 'utf8')));
    const known = Object.entries(stored).filter(([, value]) => value !== undefined);
    return desktopSettings.parse({ ...FIRST, ...Object.fromEntries(known) });
  } catch {
    // Missing or damaged: as at first.
    return FIRST;
  }
}

export function createSettings(app: App): Settings {
  const file = path.join(app.getPath('userData'), 'settings.json');
  const listeners: Parameters<Settings['onChange']>[0][] = [];
  let current = read(file);
  return {
    get current() {
      return current;
    },
    change(part) {
      const before = current;
      current = desktopSettings.parse({ ...current, ...part });
      // Never half a file, whenever the machine is switched off.
      writeFileSync(`${file}.new`, `${JSON.stringify(current, null, 2)}\n`);
      renameSync(`${file}.new`, file);
      for (const tell of listeners) tell(current, before);
    },
    onChange: (listener) => listeners.push(listener),
  };
}
