/** Whether a desktop window can be had here: a display, an Electron binary, and one that runs. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Found =
  | { readonly kind: 'found'; readonly binary: string }
  /** `why` completes "no desktop window: ". */
  | { readonly kind: 'none'; readonly why: string };

type Environment = Readonly<Record<string, string | undefined>>;

const DOWNLOAD_WITHIN_MS = 180_000;
const TRIAL_WITHIN_MS = 15_000;
const none = (why: string): Found => ({ kind: 'none', why });

/** Why there is no display; undefined when there is one. */
export function displayProblem(
  platform: NodeJS.Platform,
  env: Environment,
  isRoot: boolean,
): string | undefined {
  if (platform === 'win32' || platform === 'darwin') return undefined;
  const has = (name: string) => env[name] !== undefined && env[name] !== '';
  if (!has('DISPLAY') && !has('WAYLAND_DISPLAY'))
    return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  if (isRoot) return 'Electron does not run as root; start it as an ordinary user';
  return undefined;
}

/** Where the package keeps its binary, as its own index.js finds it; undefined: it was not fetched. */
function installed(packageDir: string, env: Environment): string | undefined {
  const pathFile = path.join(packageDir, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const binary = path.join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(packageDir, 'dist'), name);
  return existsSync(binary) ? binary : undefined;
}

/** The package fetches its binary when it is first needed. Resolves with whether that worked. */
function fetchBinary(packageDir: string): Promise<boolean> {
  process.stderr.write('sandpost: fetching the Electron binary (once, about 120 MB)\n');
  const child = spawn(process.execPath, [path.join(packageDir, 'install.js')], {
    stdio: 'ignore',
    timeout: DOWNLOAD_WITHIN_MS,
  });
  return new Promise((resolve) => {
    child.on('error', () => {
      resolve(false);
    });
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}

/** A binary may be there and miss system libraries: asking for its version finds out. */
function trialProblem(binary: string): string | undefined {
  const trial = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: TRIAL_WITHIN_MS });
  if (trial.status === 0) return undefined;
  const said = trial.stderr.trim().split('\n')[0] ?? '';
  return `Electron does not run here: ${said === '' ? (trial.error?.message ?? `exit status ${trial.status ?? 'none'}`) : said}`;
}

export async function findElectron(root: string, env: Environment): Promise<Found> {
  const problem = displayProblem(process.platform, env, process.getuid?.() === 0);
  if (problem !== undefined) return none(problem);
  const packageDir = path.join(root, 'node_modules', 'electron');
  if (!existsSync(packageDir)) return none('the electron package is not installed (npm ci installs it)');
  if (installed(packageDir, env) === undefined && !(await fetchBinary(packageDir))) {
    return none('the Electron binary could not be fetched');
  }
  const binary = installed(packageDir, env);
  if (binary === undefined) return none('the Electron binary is missing');
  const failure = trialProblem(binary);
  return failure === undefined ? { kind: 'found', binary } : none(failure);
}
