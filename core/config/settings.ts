/** The two files as read, before anything is expanded: what Config, postconf and the check are all made from. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ConfigProblem, MasterService } from './config.ts';
import { ConfigError } from './config.ts';
import type { Setting } from './main-cf.ts';
import { readMainCf } from './main-cf.ts';
import { readMasterCf } from './master-cf.ts';
import type { ResolveHost } from './networks.ts';
import { resolveLocalhost } from './networks.ts';

/** What the defaults depend on besides the files. */
export interface Surroundings {
  /** The machine's name; `myhostname` is made from it. */
  readonly hostname: string;
  /** `queue_directory` and `data_directory`; Postfix's own without it. */
  readonly dataDirectory?: string;
  /** Resolves the names in `inet_interfaces`. */
  readonly resolve: ResolveHost;
}

export interface LoadOptions extends Partial<Surroundings> {
  /** `name=value` on top of main.cf (`postconf -o`). */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Texts in place of files, by base name: what would be if they were written. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Settings {
  readonly directory: string;
  readonly main: ReadonlyMap<string, Setting>;
  readonly services: readonly MasterService[];
  readonly problems: readonly ConfigProblem[];
  readonly surroundings: Surroundings;
}

/** Throws ConfigError for a file that cannot be read, or a line that is wrong. */
export function readSettings(directory: string, options: LoadOptions = {}): Settings {
  const main = readMainCf(readText(directory, 'main.cf', options), join(directory, 'main.cf'));
  const master = readMasterCf(readText(directory, 'master.cf', options), join(directory, 'master.cf'));
  const problems = [...main.problems, ...master.problems];
  return {
    directory,
    main: withOverrides(main.settings, options.overrides),
    services: master.services,
    problems,
    surroundings: surroundingsOf(options),
  };
}

export function surroundingsOf(options: LoadOptions): Surroundings {
  return {
    hostname: options.hostname ?? hostname(),
    resolve: options.resolve ?? resolveLocalhost,
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
  };
}

/** A file of the folder, or the draft in its place. Throws ConfigError with the system's reason, as Postfix words it. */
export function readText(directory: string, name: string, options: Pick<LoadOptions, 'files'>): string {
  const draft = options.files?.[name];
  if (draft !== undefined) return draft;
  const path = join(directory, name);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`open ${path}: ${reasonOf(cause)}`, { file: name, line: 0 });
  }
}

/** strerror(3) of the errors that opening a file gives. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const texts: Readonly<Record<string, string>> = {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EPERM: 'Operation not permitted',
    EISDIR: 'Is a directory',
    ENOTDIR: 'Not a directory',
    EROFS: 'Read-only file system',
    ENOSPC: 'No space left on device',
  };
  return texts[code] ?? (error instanceof Error ? error.message : String(error));
}

export function withOverrides(
  main: ReadonlyMap<string, Setting>,
  overrides: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, Setting> {
  if (overrides === undefined) return main;
  const merged = new Map(main);
  for (const [name, value] of Object.entries(overrides))
    merged.set(name, { value, origin: { file: 'main.cf', line: 0 } });
  return merged;
}
