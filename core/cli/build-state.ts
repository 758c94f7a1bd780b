/** Whether the built UI and app are there and as new as their sources. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Product {
  /** The script of package.json that builds it. */
  readonly script: string;
  readonly file: string;
  /** What it is built from. */
  readonly sources: readonly string[];
  readonly what: string;
}

export const UI: Product = {
  script: 'build:ui',
  file: 'dist/renderer/index.html',
  sources: ['renderer', 'core/api/contract'],
  what: 'the window',
};
export const DESKTOP: Product = {
  script: 'build:desktop',
  file: 'dist/electron/main.js',
  sources: ['electron', 'core'],
  what: 'the desktop app',
};

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .reduce((at, entry) => Math.max(at, statSync(path.join(entry.parentPath, entry.name)).mtimeMs), 0);
}

/** Why it has to be built, in words; undefined: it has not. An installed package has no sources to be newer. */
export function outdated(root: string, { file, sources, what }: Product): string | undefined {
  const product = path.join(root, file);
  if (!existsSync(product)) return `${what} is not built yet`;
  const builtAt = statSync(product).mtimeMs;
  const folders = sources.map((source) => path.join(root, source)).filter((folder) => existsSync(folder));
  return folders.some((folder) => newest(folder) > builtAt) ? `${what} is older than its sources` : undefined;
}
