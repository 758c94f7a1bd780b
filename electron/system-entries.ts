/** Start at login, and `sandpost:` links: said to the system when the person changes them, and at each start. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from 'electron';
import type { DesktopSettings } from '../core/api/contract/desktop.ts';
import { desktopEntry } from './desktop-entry.ts';
import type { MainContext } from './module.ts';
import { SCHEME } from './origin.ts';

type Command = MainContext['command'];
const LINK_FILE = 'sandpost-links.desktop';

/** XDG Base Directory Specification: a relative path in these variables is to be ignored. */
function xdgFolder(app: App, variable: string, fallback: string): string {
  const given = process.env[variable];
  return given !== undefined && path.isAbsolute(given) ? given : path.join(app.getPath('home'), fallback);
}

function put(file: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function setLogin(app: App, command: Command, { opensAtLogin, startsHidden }: DesktopSettings): void {
  const words = startsHidden ? [...command, '--hidden'] : command;
  if (process.platform === 'linux') {
    const file = path.join(xdgFolder(app, 'XDG_CONFIG_HOME', '.config'), 'autostart', 'sandpost.desktop');
    put(file, opensAtLogin ? desktopEntry({ command: words }) : undefined);
  } else {
    const [program = process.execPath, ...args] = words;
    app.setLoginItemSettings({ openAtLogin: opensAtLogin, path: program, args });
  }
}

function setLinks(app: App, command: Command, { opensLinks }: DesktopSettings): void {
  const [program = process.execPath, ...args] = command;
  if (process.platform !== 'linux') {
    if (opensLinks) app.setAsDefaultProtocolClient(SCHEME, program, args);
    else app.removeAsDefaultProtocolClient(SCHEME, program, args);
    return;
  }
  const file = path.join(xdgFolder(app, 'XDG_DATA_HOME', '.local/share'), 'applications', LINK_FILE);
  const mimeTypes = [`x-scheme-handler/${SCHEME}`, 'message/rfc822'];
  put(file, opensLinks ? desktopEntry({ command, field: '%u', mimeTypes }) : undefined);
  if (!opensLinks) return;
  const xdg = spawn('xdg-mime', ['default', LINK_FILE, `x-scheme-handler/${SCHEME}`], { stdio: 'ignore' });
  // A system without it goes by the entry alone.
  xdg.on('error', () => undefined);
}

export function enableSystemEntries({ app, settings, command }: MainContext): void {
  const { current } = settings;
  // The app may have moved since.
  if (current.opensAtLogin) setLogin(app, command, current);
  if (current.opensLinks) setLinks(app, command, current);
  settings.onChange((now, before) => {
    if (now.opensAtLogin !== before.opensAtLogin || now.startsHidden !== before.startsHidden)
      setLogin(app, command, now);
    if (now.opensLinks !== before.opensLinks) setLinks(app, command, now);
  });
}
