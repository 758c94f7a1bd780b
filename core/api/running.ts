/**
 * How commands find a running sandbox: a small file in its configuration folder, which is what commands know, and in
 * its data folder, for a configuration that is read-only. It is written when the doors are open; one left over by a
 * crash is recognised by its process.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const RUNNING_FILE = '.sandbox.json';

export interface Running {
  /** 0: it was stopped; the file still tells which data folder belongs to this configuration. */
  readonly pid: number;
  /** When that process began, in the system's own words: its number may belong to another by now. '': not known here. */
  readonly began: string;
  readonly socket: string;
  readonly dataDir: string;
  readonly http: string | null;
}

/** Checked by hand: every command reads this file first, and a schema library takes longer to load than `sendmail` runs. */
function toRunning(value: unknown): Running | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, began, socket, dataDir, http } = value as Readonly<Record<string, unknown>>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 0) return undefined;
  if (typeof socket !== 'string' || typeof dataDir !== 'string') return undefined;
  const known = typeof began === 'string' ? began : '';
  return { pid, began: known, socket, dataDir, http: typeof http === 'string' ? http : null };
}

function write(folder: string, entry: Running): void {
  const file = path.join(folder, RUNNING_FILE);
  const draft = `${file}.${entry.pid}`;
  // nothing in it is secret: a process number and paths, by which other users' sendmail finds the maildrop
  writeFileSync(draft, `${JSON.stringify(entry)}\n`, { mode: 0o644 });
  renameSync(draft, file);
}

/** Counted from the third field of /proc/PID/stat. */
const START_TIME_FIELD = 19;

const READ_ONLY: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS'];

export function writeRunning(configDir: string, entry: Running): void {
  if (entry.dataDir !== configDir) write(entry.dataDir, entry);
  try {
    write(configDir, entry);
  } catch (error) {
    if (!READ_ONLY.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
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
export function markStopped(configDir: string, entry: Running): void {
  if (readRunning(entry.dataDir)?.pid === entry.pid)
    writeRunning(configDir, { ...entry, pid: 0, began: '', http: null });
}

/** The start time of a process in ticks since the machine's start (proc(5)); '' where there is no /proc. */
export function processBegan(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may have blanks and parentheses in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD] ?? '';
  } catch {
    return '';
  }
}

/** Whether the process that wrote the entry still exists. */
export function isRunning({ pid, began }: Pick<Running, 'pid' | 'began'>): boolean {
  return isAlive(pid) && (began === '' || processBegan(pid) === began);
}

/** Whether that process exists: signal 0 only asks. EPERM: it exists and is somebody else's. */
function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
