/**
 * `npm start`: builds what is missing and starts the desktop app where there is a display and an Electron binary that
 * runs, else the same engine with the same UI in the browser, and says which and why. Words behind `npm start --` go
 * to the app or to `sandpost serve`.
 */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { outdated } from './build-state.ts';
import { findElectron } from './find-electron.ts';
import { main } from './main.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** better-sqlite3's binary needs it: Node 22.14, or any newer. */
const NODE_API = 10;

const say = (text: string) => {
  process.stderr.write(`sandpost: ${text}\n`);
};

/** False: it failed, and has said why. */
function build(): boolean {
  const missing = outdated(ROOT);
  if (missing === undefined) return true;
  say(`${missing}; building (a few seconds)`);
  const script = path.join(ROOT, 'test', 'tools', 'build.ts');
  const { status, error } = spawnSync(process.execPath, [script], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (error !== undefined) say(`the build did not run: ${error.message}`);
  return status === 0;
}

/** Resolves with its exit status when the window is closed. */
function runDesktop(electron: string, args: readonly string[]): Promise<number> {
  const child = spawn(electron, [ROOT, ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function start(args: readonly string[]): Promise<number> {
  if (Number(process.versions['napi'] ?? 0) < NODE_API) {
    say(`Node ${process.versions.node} is too old; "npm ci" brings one that is not, "npm start" uses it`);
    return 1;
  }
  const isBuilt = build();
  const electron = isBuilt
    ? await findElectron(ROOT, process.env)
    : { kind: 'none' as const, why: 'the build failed' };
  if (electron.kind === 'found') {
    say('starting the desktop app');
    return runDesktop(electron.binary, args);
  }
  say(`no desktop window: ${electron.why}. The same in the browser:`);
  return main([process.execPath, 'sandpost', 'serve', ...args]);
}

process.exitCode = await start(process.argv.slice(2));
