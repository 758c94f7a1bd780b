/**
 * Rights of a delivery to a file or command. Postfix uses the user's, or default_privs'; an engine that runs as root
 * does the same here, so that an alias cannot write where its user could not. Any other engine has its own rights only.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { findAccount, type SystemRights } from './accounts.ts';

export type { SystemRights } from './accounts.ts';

const NOBODY: SystemRights = { uid: 65534, gid: 65534 };

function knownAccount(name: string): SystemRights | undefined {
  const account = name === '' ? undefined : findAccount(name);
  return account === 'unknowable' ? undefined : account;
}

/** undefined: the engine's own. A sandbox user has a machine account's rights where the names are the same. */
export function rightsOf(user: string, defaultPrivileges: string): SystemRights | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = knownAccount(user);
  if (account !== undefined && account.uid !== 0) return account;
  return knownAccount(defaultPrivileges) ?? NOBODY;
}

/** Whether the mode bits let these rights write: what open(2) would say to a process that had them. */
export function mayWrite(stats: Stats, rights: SystemRights): boolean {
  if (stats.uid === rights.uid) return (stats.mode & 0o200) !== 0;
  if (stats.gid === rights.gid) return (stats.mode & 0o020) !== 0;
  return (stats.mode & 0o002) !== 0;
}

export async function mayCreateIn(folder: string, rights: SystemRights): Promise<boolean> {
  try {
    return mayWrite(await stat(folder), rights);
  } catch {
    return true;
  }
}
