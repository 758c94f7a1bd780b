/** The machine's own accounts and groups: /etc/passwd and /etc/group, where there are such files. */
import { readFileSync } from 'node:fs';

export interface SystemRights {
  readonly uid: number;
  readonly gid: number;
}

function rowsOf(file: string): readonly (readonly string[])[] | undefined {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return undefined;
  }
}

/** getpwnam(3). `unknowable`: this machine keeps its accounts elsewhere (Windows). */
export function findAccount(name: string): SystemRights | undefined | 'unknowable' {
  const rows = rowsOf('/etc/passwd');
  if (rows === undefined) return 'unknowable';
  const row = rows.find(([login]) => login === name);
  return row === undefined ? undefined : { uid: Number(row[2]), gid: Number(row[3]) };
}

/** getgrnam(3): the group's id. */
export function findGroup(name: string): number | undefined | 'unknowable' {
  const rows = rowsOf('/etc/group');
  if (rows === undefined) return 'unknowable';
  const row = rows.find(([group]) => group === name);
  return row === undefined ? undefined : Number(row[2]);
}
