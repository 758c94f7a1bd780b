/** The attributes behind `pipe` in master.cf: `flags=DRhu user=vmail argv=...` (get_service_attr of pipe(8)). */
import type { UserStore } from '../../store/store.ts';
import { findAccount, findGroup, type SystemRights } from '../accounts.ts';
import { parseTemplate, type Template } from './template.ts';

export interface PipeAttributes {
  /** Letters of flags=: B D F O R X h q u . > */
  readonly flags: ReadonlySet<string>;
  readonly user: string;
  /** What the command runs with where the engine may choose; undefined: no machine account has this name. */
  readonly rights: SystemRights | undefined;
  /** '': queue_directory. */
  readonly directory: string;
  readonly chroot: string;
  readonly endOfLine: string;
  readonly nullSender: string;
  /** Bytes; 0: no limit. */
  readonly sizeLimit: number;
  readonly command: readonly Template[];
}

/** What pipe(8) dies of when the first request comes: its words. */
export class PipeFatalError extends Error {
  override readonly name = 'PipeFatalError';
}

const fatal = (text: string): never => {
  throw new PipeFatalError(text);
};

interface Reading {
  flags: Set<string>;
  user: string;
  group: string;
  directory: string;
  chroot: string;
  endOfLine: string;
  nullSender: string;
  sizeLimit: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** `\r\n`, `\015\012`: the escapes of C; any other character after a backslash stands for itself. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[^])/g, (_, what: string) =>
    /^[0-7]/.test(what) ? String.fromCharCode(parseInt(what, 8) & 0xff) : (ESCAPES[what] ?? what),
  );
}

function readFlags(value: string): Set<string> {
  const wrong = /[^BDFORXhqu.>]/.exec(value)?.[0];
  if (wrong !== undefined) fatal(`unknown flag: ${wrong} (ignored)`);
  return new Set(value);
}

function readSize(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : fatal(`get_service_attr: bad size= value: ${value}`);
}

type Read = (into: Reading, value: string) => void;

const readers: Readonly<Record<string, Read>> = {
  flags: (into, value) => (into.flags = readFlags(value)),
  user(into, value) {
    const colon = value.indexOf(':');
    into.user = colon < 0 ? value : value.slice(0, colon);
    into.group = colon < 0 ? '' : value.slice(colon + 1);
  },
  directory: (into, value) => (into.directory = value),
  chroot: (into, value) => (into.chroot = value),
  eol: (into, value) => (into.endOfLine = unescape(value)),
  null_sender: (into, value) => (into.nullSender = value),
  size: (into, value) => (into.sizeLimit = readSize(value)),
};

/** `-o name=value` and `-v` before the attributes are the daemon's own. */
function withoutOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-') === true) at += words[at] === '-o' ? 2 : 1;
  return words.slice(at);
}

export interface AttributeDependencies {
  readonly users: Pick<UserStore, 'find'>;
  readonly mailOwner: string;
  readonly setgidGroup: string;
}

const FATAL_USER = 'user= command-line attribute specifies';

function groupOf(group: string, account: SystemRights): number {
  if (group === '') return account.gid;
  const found = findGroup(group);
  if (found === undefined) fatal(`get_service_attr: unknown group: ${group}`);
  return typeof found === 'number' ? found : account.gid;
}

/** A user of the sandbox that is no account of the machine is as good a name as one that is. */
function rightsOf({ user, group }: Reading, dependencies: AttributeDependencies): SystemRights | undefined {
  const account = findAccount(user);
  if (account === 'unknowable') return undefined;
  if (account === undefined) {
    if (dependencies.users.find(user) === undefined) fatal(`get_service_attr: unknown username: ${user}`);
    return undefined;
  }
  return { uid: account.uid, gid: groupOf(group, account) };
}

function checkRights(rights: SystemRights, { mailOwner, setgidGroup }: AttributeDependencies): void {
  const owner = findAccount(mailOwner);
  const postdrop = findGroup(setgidGroup);
  if (rights.uid === 0) fatal(`${FATAL_USER} root privileges`);
  if (typeof owner === 'object' && rights.uid === owner.uid)
    fatal(`${FATAL_USER} mail system owner ${mailOwner}`);
  if (rights.gid === 0) fatal(`${FATAL_USER} privileged group id 0`);
  if (typeof owner === 'object' && rights.gid === owner.gid)
    fatal(`${FATAL_USER} mail system owner ${mailOwner} group id ${rights.gid}`);
  if (rights.gid === postdrop) fatal(`${FATAL_USER} mail system ${setgidGroup} group id ${rights.gid}`);
}

/** @throws PipeFatalError */
export function readAttributes(
  words: readonly string[],
  dependencies: AttributeDependencies,
): PipeAttributes {
  const reading: Reading = {
    flags: new Set(),
    user: '',
    group: '',
    directory: '',
    chroot: '',
    endOfLine: '\n',
    nullSender: 'MAILER-DAEMON',
    sizeLimit: 0,
  };
  let command: readonly Template[] = [];
  const attributes = withoutOptions(words);
  for (const [at, word] of attributes.entries()) {
    const [, name = '', value = ''] = /^([a-z_]+)=([^]*)$/i.exec(word) ?? [];
    if (name.toLowerCase() === 'argv') {
      command = [value, ...attributes.slice(at + 1)].map(parseTemplate);
      break;
    }
    const read = readers[name.toLowerCase()] ?? fatal(`unknown attribute name: ${word}`);
    read(reading, value);
  }
  if (reading.user === '') fatal('missing user= command-line attribute');
  if (command.length === 0) fatal('missing argv= command-line attribute');
  const rights = rightsOf(reading, dependencies);
  if (rights !== undefined) checkRights(rights, dependencies);
  return { ...reading, rights, command };
}
