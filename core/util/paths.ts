/** Where a sandbox's folders are when nobody says otherwise: the platform's usual places for configuration and data. */
import { homedir } from 'node:os';
import path from 'node:path';

export interface Folders {
  readonly configDir: string;
  readonly dataDir: string;
}

export interface FolderOptions {
  readonly configDir?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/** XDG Base Directory Specification: a relative path in these variables is to be ignored. */
function xdg(value: string | undefined, fallback: string): string {
  return value !== undefined && path.isAbsolute(value) ? value : fallback;
}

function usual(options: FolderOptions): Folders {
  const { env = process.env, platform = process.platform, home = homedir() } = options;
  if (platform === 'darwin') {
    const base = path.join(home, 'Library', 'Application Support', 'Sandpost');
    return { configDir: path.join(base, 'config'), dataDir: path.join(base, 'data') };
  }
  if (platform === 'win32') {
    const roaming = env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
    const local = env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    return { configDir: path.join(roaming, 'Sandpost'), dataDir: path.join(local, 'Sandpost', 'data') };
  }
  return {
    configDir: path.join(xdg(env['XDG_CONFIG_HOME'], path.join(home, '.config')), 'sandpost'),
    dataDir: path.join(xdg(env['XDG_DATA_HOME'], path.join(home, '.local', 'share')), 'sandpost'),
  };
}

/**
 * The folders to use. What is given wins, then SANDPOST_CONFIG_DIR and SANDPOST_DATA_DIR, then the usual places. A
 * configuration folder of one's own has its data beside it, in `data`: two sandboxes never share a store by accident.
 */
export function defaultFolders(options: FolderOptions = {}): Folders {
  const { env = process.env } = options;
  const places = usual(options);
  const configDir = options.configDir ?? env['SANDPOST_CONFIG_DIR'];
  const dataDir = options.dataDir ?? env['SANDPOST_DATA_DIR'];
  const chosenConfig = configDir === undefined ? places.configDir : path.resolve(configDir);
  const besideConfig = configDir === undefined ? places.dataDir : path.join(chosenConfig, 'data');
  return {
    configDir: chosenConfig,
    dataDir: dataDir === undefined ? besideConfig : path.resolve(dataDir),
  };
}

/** For what can be made again at any time. */
export function cacheFolder(options: Pick<FolderOptions, 'env' | 'platform' | 'home'> = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = options;
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'Sandpost');
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Sandpost', 'cache');
  }
  return path.join(xdg(env['XDG_CACHE_HOME'], path.join(home, '.cache')), 'sandpost');
}
