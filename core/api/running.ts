/**
 * How commands find a running sandbox: a small file in its configuration folder, which is what commands know. It is
 * written when the doors are open; one left over by a crash is recognised by its process.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const RUNNING_FILE = '.sandbox.json';

export interface Running {
  /** 0: it was stopped; the file still tells which data folder belongs to this configuration. */
  readonly pid: number;
  readonly socket: string;
  readonly dataDir: string;
  readonly http: string | null;
}

/** Checked by hand: every command reads this file first, and a schema library takes longer to load than `sendmail` runs. */
function toRunning(value: unknown): Running | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, socket, dataDir, http } = value as Readonly<Record<string, unknown>>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 0) return undefined;
  if (typeof socket !== 'string' || typeof dataDir !== 'string') return undefined;
  return { pid, socket, dataDir, http: typeof http === 'string' ? http : null };
}

export function writeRunning(configDir: string, entry: Running): void {
  const file = path.join(configDir, RUNNING_FILE);
  const draft = `${file}.${entry.pid}`;
  writeFileSync(draft, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** What the file says, whoever wrote it; undefined when there is none or it is not readable as such. */
export function readRunning(configDir: string): Running | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(configDir, RUNNING_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return toRunning(JSON.parse(text));
  } catch {
    // Cut off by a crash or edited: as good as absent.
    return undefined;
  }
}

/** Notes the end, if the entry is still this process's. */
export function markStopped(configDir: string, pid: number): void {
  const entry = readRunning(configDir);
  if (entry?.pid === pid) writeRunning(configDir, { ...entry, pid: 0, http: null });
}

/** Whether that process exists: signal 0 only asks. EPERM: it exists and is somebody else's. */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
