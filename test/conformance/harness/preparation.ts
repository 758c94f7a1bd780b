/** What all lanes share, made once: the bundled command line, certificates, a store that has the scenarios' users. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { USER_IDS } from './place.ts';
import type { LaneSetting } from './lanes.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
const BUNDLE = path.join(ROOT, 'dist', 'cli', 'sandpost.js');
const userId = process.getuid?.() ?? 0;
const shared = (name: string) => path.join(os.tmpdir(), `sandpost-conformance-${name}-${userId}`);

function newestSource(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name));
  return Math.max(...files.map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs));
}

/** The bundle starts in a quarter of the time that the sources take, so it is built when it is not there, or older than they. */
function buildCommandLine(): void {
  const isCurrent = existsSync(BUNDLE) && statSync(BUNDLE).mtimeMs > newestSource(path.join(ROOT, 'core'));
  if (isCurrent) return;
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--logLevel', 'warn', '--config', path.join(ROOT, 'core', 'vite.config.ts')];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Throw-away certificates for the scenarios that use TLS; nothing recorded depends on the keys. */
function makeCertificates(): string {
  const folder = shared('certs');
  if (!existsSync(path.join(folder, 'sink.pem'))) {
    mkdirSync(folder, { recursive: true });
    const script = path.join(import.meta.dirname, '..', 'make-certificates.sh');
    execFileSync('sh', [script, folder], { stdio: 'ignore' });
  }
  return folder;
}

function makeSeed(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conformance-seed-'));
  for (const name of ['main.cf', 'master.cf']) writeFileSync(path.join(folder, name), '');
  const [program, ...args] = command;
  const words = [...args, '-c', folder, '--data-dir', path.join(folder, 'data'), 'user', 'add'];
  execFileSync(program, [...words, ...Object.keys(USER_IDS)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

export interface Preparation {
  readonly setting: LaneSetting;
  clear(): void;
}

export function prepare(): Preparation {
  buildCommandLine();
  const command = [process.execPath, BUNDLE] as const;
  const cache = shared('cache');
  const seed = makeSeed(command, { ...process.env, XDG_CACHE_HOME: cache });
  return {
    setting: { command, certs: makeCertificates(), cache, seed: path.join(seed, 'data') },
    clear() {
      rmSync(seed, { recursive: true, force: true });
    },
  };
}
