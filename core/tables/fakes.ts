/** For tests: storage in memory, a log that can be read, a configuration folder that goes away again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CompiledEntry, CompiledTables, SandboxUser } from '../store/store.ts';
import type { LogFactory, Severity } from '../util/log.ts';

/** Compiled tables without a database. */
export function createMemoryTables(now: () => number = Date.now): CompiledTables {
  const tables = new Map<
    string,
    { entries: Map<string, CompiledEntry>; source: number | null; builtAt: number }
  >();
  let version = 0;
  return {
    open(file, type) {
      const table = tables.get(`${type}:${file}`);
      if (table === undefined) return undefined;
      return {
        sourceModifiedAt: table.source,
        builtAt: table.builtAt,
        lookup: (key) => table.entries.get(key),
        entries: () =>
          [...table.entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
      };
    },
    replace(file, type, entries, source) {
      version += 1;
      tables.set(`${type}:${file}`, {
        entries: new Map(entries.map((entry) => [entry.key, entry])),
        source,
        builtAt: now(),
      });
      return Promise.resolve();
    },
    version: () => version,
  };
}

export interface RecordedLog {
  readonly factory: LogFactory;
  /** `program: severity: text`, in order. */
  readonly lines: string[];
}

export function createRecordedLog(): RecordedLog {
  const lines: string[] = [];
  const write = (program: string, severity: Severity) => (text: string) => {
    lines.push(`${program}: ${severity}: ${text}`);
  };
  return {
    lines,
    factory: (program) => ({
      info: write(program, 'info'),
      warning: write(program, 'warning'),
      error: write(program, 'error'),
      fatal: write(program, 'fatal'),
    }),
  };
}

/** Users without a database. */
export function createFakeUsers(names: readonly string[]): {
  list(): readonly SandboxUser[];
  find(name: string): SandboxUser | undefined;
} {
  const users = names.map((name) => ({ name, home: `/home/${name}` }));
  return {
    list: () => users,
    find: (name) => users.find((user) => user.name === name.toLowerCase()),
  };
}

export interface ConfigFolder {
  readonly directory: string;
  write(name: string, text: string): string;
  remove(): void;
}

/** A folder with main.cf and an empty master.cf. */
export function createConfigFolder(
  mainCf: string,
  files: Readonly<Record<string, string>> = {},
): ConfigFolder {
  const directory = mkdtempSync(path.join(tmpdir(), 'sandpost-test-'));
  const write = (name: string, text: string): string => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  write('main.cf', mainCf);
  write('master.cf', '');
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    directory,
    write,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
