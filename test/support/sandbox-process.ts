/** Runs `sandpost serve` as a user does: a process of its own, real sockets, folders of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

export interface Listener {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly tls: string;
}

interface Ready {
  readonly event: 'ready';
  readonly listeners: readonly Listener[];
  readonly http: string | null;
  readonly configDir: string;
  readonly dataDir: string;
}

export interface SandboxFolders {
  readonly root: string;
  readonly configDir: string;
  readonly dataDir: string;
  remove(): void;
}

export interface SandboxProcess {
  readonly ready: Ready;
  readonly smtpPort: number;
  readonly http: string;
  readonly child: ChildProcess;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface CommandOutput {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How `npm run sandpost` starts the command line: straight from the sources, with a heap that stays small. */
export function sandpostCommand(): readonly [string, ...string[]] {
  const flags = ['--max-semi-space-size=8', '--max-old-space-size=512'];
  return [process.execPath, ...flags, path.join(ROOT, 'core', 'cli', 'sandpost.ts')];
}

/** New folders, with a master.cf whose listener takes any free port. */
export function createFolders(parent = os.tmpdir()): SandboxFolders {
  const root = mkdtempSync(path.join(parent, 'sandpost-'));
  const configDir = path.join(root, 'config');
  const dataDir = path.join(root, 'data');
  mkdirSync(configDir);
  return {
    root,
    configDir,
    dataDir,
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Lets the default configuration be written, then gives the smtp listener any free port. */
export async function useFreePorts(folders: SandboxFolders): Promise<void> {
  const master = path.join(folders.configDir, 'master.cf');
  if (!existsSync(master)) await runSandpost(folders, ['check']);
  writeFileSync(master, readFileSync(master, 'utf8').replace('127.0.0.1:1025', '127.0.0.1:0'));
}

/** A home of its own, but for the cache: compiled code kept there saves every start half a second. */
function environment(folders: SandboxFolders): NodeJS.ProcessEnv {
  const cache = path.join(ROOT, '.cache');
  const home = { HOME: folders.root, XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', XDG_CACHE_HOME: cache };
  return { ...process.env, ...home, TZ: 'UTC' };
}

function folderOptions(folders: SandboxFolders): readonly string[] {
  return ['--config-dir', folders.configDir, '--data-dir', folders.dataDir];
}

/** Runs one command to its end. */
export async function runSandpost(
  folders: SandboxFolders,
  args: readonly string[],
  stdin = '',
): Promise<CommandOutput> {
  const [program, ...before] = sandpostCommand();
  const child = spawn(program, [...before, ...folderOptions(folders), ...args], {
    env: environment(folders),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit, stdout, stderr };
}

/** Starts `serve` and waits for its ready line. Throws with what it printed when it ends instead. */
export async function startSandbox(
  folders: SandboxFolders,
  options: { readonly http?: string; readonly nodeArgs?: readonly string[] } = {},
): Promise<SandboxProcess> {
  await useFreePorts(folders);
  const [program, ...before] = sandpostCommand();
  const args = [...(options.nodeArgs ?? []), ...before, 'serve', ...folderOptions(folders)];
  const child = spawn(program, [...args, '--http', options.http ?? '127.0.0.1:0', '--json'], {
    env: environment(folders),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const gone = once(child, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const ready = await Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(line as string) as Ready),
    gone.then(([exit]) => {
      throw new Error(`sandpost serve ended with ${String(exit)}: ${complaint}`);
    }),
  ]);
  return {
    ready,
    smtpPort: ready.listeners[0]?.port ?? 0,
    http: ready.http ?? '',
    child,
    async stop() {
      child.kill('SIGTERM');
      return (await gone)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
