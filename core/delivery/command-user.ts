/** `user=name:group` of pipe(8) and spawn(8): whose rights a command has, and whose it must not have. */
import type { UserStore } from '../store/store.ts';
import { findAccount, findGroup, type SystemRights } from './accounts.ts';

export interface CommandUserDependencies {
  readonly users: Pick<UserStore, 'find'>;
  /** mail_owner and setgid_group: rights that are Postfix's own. */
  readonly mailOwner: string;
  readonly setgidGroup: string;
}

export interface CommandUser {
  readonly user: string;
  /** '': the user's own. */
  readonly group: string;
}

export function readCommandUser(value: string): CommandUser {
  const colon = value.indexOf(':');
  if (colon < 0) return { user: value, group: '' };
  return { user: value.slice(0, colon), group: value.slice(colon + 1) };
}

/** What a program dies of that may not start its command: its words. */
export class CommandUserError extends Error {
  override readonly name = 'CommandUserError';
}

const fatal = (text: string): never => {
  throw new CommandUserError(text);
};

function groupOf(group: string, account: SystemRights): number {
  if (group === '') return account.gid;
  const found = findGroup(group);
  if (found === undefined) fatal(`get_service_attr: unknown group: ${group}`);
  return typeof found === 'number' ? found : account.gid;
}

function checkRights(rights: SystemRights, of: CommandUserDependencies, what: string): void {
  const { mailOwner, setgidGroup } = of;
  const found = findAccount(mailOwner);
  const owner = typeof found === 'object' ? found : undefined;
  if (rights.uid === 0) fatal(`${what} specifies root privileges`);
  if (rights.uid === owner?.uid) fatal(`${what} specifies mail system owner ${mailOwner}`);
  if (rights.gid === 0) fatal(`${what} specifies privileged group id 0`);
  if (rights.gid === owner?.gid)
    fatal(`${what} specifies mail system owner ${mailOwner} group id ${rights.gid}`);
  if (rights.gid === findGroup(setgidGroup))
    fatal(`${what} specifies mail system ${setgidGroup} group id ${rights.gid}`);
}

/**
 * The user's rights on this machine; undefined: a user of the sandbox that is no account of the machine, which is as good
 * a name, or a machine that keeps its accounts elsewhere.
 * @param what how messages call the attribute
 * @throws CommandUserError
 */
export function commandRights(
  { user, group }: CommandUser,
  of: CommandUserDependencies,
  what: string,
): SystemRights | undefined {
  const account = findAccount(user);
  if (account === 'unknowable') return undefined;
  if (account === undefined) {
    if (of.users.find(user) === undefined) fatal(`get_service_attr: unknown username: ${user}`);
    return undefined;
  }
  const rights = { uid: account.uid, gid: groupOf(group, account) };
  checkRights(rights, of, what);
  return rights;
}
