/** Starts `sandpost serve` in a process of its own and waits until it answers. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Folders } from '../../util/paths.ts';

export type Started =
  | { readonly kind: 'running'; readonly pid: number }
  /** It ended before it was ready; `output` says why. */
  | { readonly kind: 'failed'; readonly output: string };

/** The entry beside this file's folder, in the repository and after the build. */
function entry(): string {
  const [, script] = process.argv;
  return script ?? fileURLToPath(new URL('../sandpost.ts', import.meta.url));
}

export function startInBackground(folders: Folders, args: readonly string[]): Promise<Started> {
  const { configDir, dataDir } = folders;
  const words = ['serve', '--config-dir', configDir, '--data-dir', dataDir, '--json', ...args];
  const child = spawn(process.execPath, [...process.execArgv, entry(), ...words], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.once('exit', () => {
      resolve({ kind: 'failed', output });
    });
    // The first line on standard output says that it is ready.
    child.stdout.once('data', () => {
      child.removeAllListeners('exit');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve({ kind: 'running', pid: child.pid ?? 0 });
    });
  });
}
