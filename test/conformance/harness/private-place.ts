/**
 * A machine of its own for one lane: the lane runs in mount, network, UTS and PID namespaces (lanes.ts), and here the
 * folders that scenarios name get private contents. In there only `lo` exists, ports 25, 465 and 587 are free, and
 * nothing outside is touched. What is written lies on a tmpfs that goes away with the lane.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { COMMON_ENVIRONMENT, USER_IDS, type Place } from './place.ts';

const CONFIG = '/etc/postfix';
const QUEUE = '/var/spool/postfix';
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Contents stay, changes are private. */
const LAYERED = ['/etc', '/var', '/usr/sbin'];
/** Empty at the start. */
const OWN = ['/home', '/root', '/srv'];
const EMPTIED = [CONFIG, QUEUE, '/var/lib/postfix', '/var/mail', ...OWN];
/** Ports that helper servers are given, far from those that a kernel gives to clients. */
const FIRST_PORT = 20_025;

export interface PrivatePlaceOptions {
  /** An empty folder of this lane's own. */
  readonly root: string;
  /** What must stay visible below a folder that is covered: the repository, Node. */
  readonly keep: readonly string[];
  readonly certs: string;
  readonly cache: string;
}

const mount = (...args: string[]) => {
  execFileSync('/bin/mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};
const isBelow = (folder: string, file: string) => file === folder || file.startsWith(`${folder}/`);

function coverFolders({ root, keep }: PrivatePlaceOptions): void {
  mount('-t', 'tmpfs', '-o', 'mode=755', 'conformance', root);
  const covered = keep.filter((file) => [...LAYERED, ...OWN].some((folder) => isBelow(folder, file)));
  const kept = covered.map((file, at) => ({ file, copy: path.join(root, 'keep', String(at)) }));
  for (const { file, copy } of kept) {
    mkdirSync(copy, { recursive: true });
    mount('--bind', file, copy);
  }
  for (const folder of LAYERED) {
    const part = (name: string) => path.join(root, `${name}${folder.replaceAll('/', '-')}`);
    for (const name of ['upper', 'work']) mkdirSync(part(name));
    const layers = `lowerdir=${folder},upperdir=${part('upper')},workdir=${part('work')}`;
    mount('-t', 'overlay', '-o', layers, 'conformance', folder);
  }
  for (const folder of OWN) {
    const own = path.join(root, folder);
    mkdirSync(own, { recursive: true });
    mount('--bind', own, folder);
  }
  for (const { file, copy } of kept) {
    mkdirSync(file, { recursive: true });
    mount('--bind', copy, file);
  }
}

function nameThings(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('hostname', ['sandbox']);
  rmSync('/etc/resolv.conf', { force: true });
  writeFileSync('/etc/resolv.conf', 'nameserver 127.0.0.53\n');
  rmSync('/etc/hosts', { force: true });
  writeFileSync('/etc/hosts', '127.0.0.1 localhost\n::1 localhost ip6-localhost\n');
  const users = Object.entries(USER_IDS);
  replaceEntries('/etc/passwd', users, (user, id) => `${user}:x:${id}:${id}::/home/${user}:/bin/bash`);
  replaceEntries('/etc/group', users, (user, id) => `${user}:x:${id}:`);
}

/** The scenarios' users as the recorded machine had them, whoever has these names and ids here. */
function replaceEntries(
  file: string,
  users: readonly (readonly [string, number])[],
  entry: (user: string, id: number) => string,
): void {
  const isOurs = (line: string) => {
    const [name, , id] = line.split(':');
    return users.some(([user, number]) => name === user || id === String(number));
  };
  const others = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !isOurs(line));
  const lines = [...others, ...users.map(([user, id]) => entry(user, id))];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** The ids of all users of the machine. */
function machineIds(): Readonly<Record<string, number>> {
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return Object.fromEntries(entries.map(([name = '', , id]) => [name, Number(id)]));
}

/** All processes of this PID namespace but its first, and the lane. */
function endStrays(): void {
  const spared = [1, process.pid];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || spared.includes(Number(name))) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function emptyFolders(keep: readonly string[]): void {
  for (const folder of EMPTIED) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (!keep.some((kept) => isBelow(file, kept))) rmSync(file, { recursive: true, force: true });
    }
  }
}

function furnish(owners: Readonly<Record<string, number>>): void {
  for (const name of ['scripts', 'vmail', 'state']) mkdirSync(`/srv/${name}`);
  for (const name of ['vmail', 'state']) chmodSync(`/srv/${name}`, 0o777);
  // The homes of sandbox users are below the data folder; here they are where the machine's users have theirs.
  symlinkSync('/home', path.join(QUEUE, 'home'));
  symlinkSync('/root', '/home/root');
  for (const user of Object.keys(USER_IDS)) {
    mkdirSync(`/home/${user}`, { recursive: true });
    chownSync(`/home/${user}`, owners[user] ?? 0, owners[user] ?? 0);
  }
}

/** Covers the folders of this process's namespaces, once; throws where that is not possible. */
export function openPrivatePlace(options: PrivatePlaceOptions): Place {
  coverFolders(options);
  nameThings();
  const fileOwners = machineIds();
  let nextPort = FIRST_PORT;
  return {
    configDir: CONFIG,
    dataDir: QUEUE,
    ports: { smtp: 25, submission: 587, submissions: 465 },
    hasOwnPorts: true,
    placeholders: {
      config_directory: CONFIG,
      queue_directory: QUEUE,
      data_directory: '/var/lib/postfix',
      mail_spool_directory: '/var/mail',
      home: '/home',
      scripts: '/srv/scripts',
      certs: options.certs,
      vmail: '/srv/vmail',
      state: '/srv/state',
      sendmail: '/usr/sbin/sendmail',
    },
    spellings: [
      [path.join(QUEUE, 'home', 'root'), '/root'],
      [path.join(QUEUE, 'home'), '{home}'],
    ],
    fileOwners,
    env: { ...COMMON_ENVIRONMENT, PATH, HOME: '/root', XDG_CACHE_HOME: options.cache },
    binFolder: '/usr/sbin',
    reservePort: () => Promise.resolve(nextPort++),
    furnish() {
      emptyFolders(options.keep);
      furnish(fileOwners);
      nextPort = FIRST_PORT;
    },
    clear: endStrays,
  };
}
