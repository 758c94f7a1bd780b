/** Whether the built UI and app are there and as new as their sources. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What is built from what. */
const PRODUCTS: readonly {
  readonly file: string;
  readonly sources: readonly string[];
  readonly what: string;
}[] = [
  { file: 'dist/renderer/index.html', sources: ['renderer', 'core/api/contract'], what: 'the window' },
  { file: 'dist/electron/main.js', sources: ['electron', 'core'], what: 'the desktop app' },
];

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .reduce((at, entry) => Math.max(at, statSync(path.join(entry.parentPath, entry.name)).mtimeMs), 0);
}

/** What has to be built, in words; undefined when nothing has. An installed package has no sources to be newer. */
export function outdated(root: string): string | undefined {
  for (const { file, sources, what } of PRODUCTS) {
    const product = path.join(root, file);
    if (!existsSync(product)) return `${what} is not built yet`;
    const builtAt = statSync(product).mtimeMs;
    const folders = sources.map((source) => path.join(root, source)).filter((folder) => existsSync(folder));
    if (folders.some((folder) => newest(folder) > builtAt)) return `${what} is older than its sources`;
  }
  return undefined;
}
