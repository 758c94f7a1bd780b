/** This program's version, as package.json has it: beside the sources, and beside dist/ in what is built. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds package.json. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('package.json is missing: this installation is not complete');
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  const text = readFileSync(path.join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
