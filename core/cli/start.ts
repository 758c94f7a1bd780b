/**
 * `npm start`: builds what is missing and starts the desktop app where there is a display and an Electron binary that
 * runs, else the same engine with the same UI in the browser, and says which and why. Words behind `npm start --` go
 * to the app or to `sandpost serve`.
 */
import { spawn, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import path from 'node:path';
import { DESKTOP, outdated, UI, type Product } from './build-state.ts';
import { findElectron } from './find-electron.ts';
import { main } from './main.ts';
import { createClock } from '../util/clock.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** better-sqlite3's binary needs it: Node 22.14, or any newer. */
const NODE_API = 10;

/** An Electron that cannot have its own sandbox, or no display after all, ends within this time. */
const OPENS_WITHIN_MS = 5000;

const say = (text: string) => {
  process.stderr.write(`sandpost: ${text}\n`);
};

/** Runs a script of package.json with the npm that started this one. */
function npmRun(script: string): boolean {
  const npm = process.env['npm_execpath'];
  const words = ['run', '-s', script];
  const options: SpawnSyncOptions = { cwd: ROOT, stdio: ['ignore', 2, 2] };
  const { status, error } =
    npm === undefined
      ? spawnSync('npm', words, { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [npm, ...words], options);
  if (error !== undefined) say(`npm did not run: ${error.message}`);
  return status === 0;
}

/** False: it is not there and cannot be built; what the build said stands above. */
function build(product: Product): boolean {
  const reason = outdated(ROOT, product);
  if (reason === undefined) return true;
  say(`${reason}; building it`);
  return npmRun(product.script);
}

/** Resolves with its exit status when the window is closed; undefined: there never was one. */
function runDesktop(electron: string, args: readonly string[]): Promise<number | undefined> {
  const clock = createClock();
  const startedAt = clock.now();
  const child = spawn(electron, [ROOT, ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      const neverOpened = code !== 0 && clock.now() - startedAt < OPENS_WITHIN_MS;
      resolve(neverOpened ? undefined : (code ?? 1));
    });
  });
}

async function start(args: readonly string[]): Promise<number> {
  if (Number(process.versions['napi'] ?? 0) < NODE_API) {
    say(`Node ${process.versions.node} is too old; "npm ci" brings one that is not, "npm start" uses it`);
    return 1;
  }
  if (!build(UI))
    say('the window could not be built; mail comes in all the same, and the HTTP interface works');
  let electron = await findElectron(ROOT, process.env);
  if (electron.kind === 'found' && !build(DESKTOP)) {
    electron = { kind: 'none', why: 'the desktop app could not be built' };
  }
  if (electron.kind === 'found') {
    say('starting the desktop app');
    const exit = await runDesktop(electron.binary, args);
    if (exit !== undefined) return exit;
    electron = { kind: 'none', why: 'Electron ended before it had one; what it said stands above' };
  }
  say(`no desktop window: ${electron.why}. The same in the browser:`);
  return main([process.execPath, 'sandpost', 'serve', ...args]);
}

process.exitCode = await start(process.argv.slice(2));
