/** Which table types the settings use a file of the configuration folder with. */
import path from 'node:path';
import type { Config } from '../config/config.ts';

/** For each file of the folder, the table types it is used with: `type:path` anywhere in the settings. */
export function tableTypes(config: Config, directory: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of config.names()) {
    for (const match of config.get(name).matchAll(/\b([a-z][a-z0-9]*):([^\s,{}]+)/g)) {
      const [, type = '', file = ''] = match;
      if (path.dirname(file) !== directory) continue;
      const base = path.basename(file);
      found.set(base, [...(found.get(base) ?? []), type]);
    }
  }
  return found;
}
