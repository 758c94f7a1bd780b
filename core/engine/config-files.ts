/** The files of the configuration folder as they stand on disk, and how they are replaced. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Larger files are no configuration; the editor would not take them well either. */
export const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

/** No folder, no hidden file: what the calls may name. */
export const isFileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

export const versionOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

export interface ConfigFiles {
  /** undefined: there is no such file. */
  read(name: string): string | undefined;
  /** '' while there is no such file. */
  version(name: string): string;
  /** Every file that counts as configuration. */
  texts(): Readonly<Record<string, string>>;
  /** A text in place of the file, whole or not at all; null removes it. */
  write(name: string, text: string | null): void;
}

export function createConfigFiles(directory: string): ConfigFiles {
  const fileOf = (name: string) => path.join(directory, name);

  function read(name: string): string | undefined {
    if (!isFileName(name)) return undefined;
    try {
      return readFileSync(fileOf(name), 'utf8');
    } catch (error) {
      if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }

  function isConfiguration(name: string): boolean {
    const stat = statSync(fileOf(name), { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.size <= LARGEST_FILE_BYTES;
  }

  return {
    read,
    version(name) {
      const text = read(name);
      return text === undefined ? '' : versionOf(text);
    },
    texts() {
      const names = readdirSync(directory).filter((name) => isFileName(name) && !name.endsWith('.draft'));
      return Object.fromEntries(names.filter(isConfiguration).map((name) => [name, read(name) ?? '']));
    },
    write(name, text) {
      if (text === null) {
        rmSync(fileOf(name), { force: true });
        return;
      }
      const draft = `${fileOf(name)}.draft`;
      writeFileSync(draft, text);
      renameSync(draft, fileOf(name));
    },
  };
}
