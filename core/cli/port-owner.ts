/** Who has a TCP port open, as far as the system tells this user: for the message about a taken port. */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTEN = '0A';

/** Inode of the listening socket, from /proc/net/tcp and tcp6 (proc(5)). */
async function listeningInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local.endsWith(`:${hex}`)) return inode;
    }
  }
  return undefined;
}

async function hasInode(pid: string, inode: string): Promise<boolean> {
  // A process of another user does not show its files: then it is not known.
  const handles = await readdir(`/proc/${pid}/fd`).catch((): string[] => []);
  for (const handle of handles) {
    if ((await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')) === `socket:[${inode}]`) return true;
  }
  return false;
}

async function onLinux(port: number): Promise<string | undefined> {
  const inode = await listeningInode(port);
  if (inode === undefined) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (!(await hasInode(pid, inode))) continue;
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
      .split('\0')
      .join(' ')
      .trim();
    return `process ${pid}${words === '' ? '' : ` (${words.slice(0, 80)})`}`;
  }
  return undefined;
}

function withLsof(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('lsof', ['-nP', '-Fpc', `-iTCP:${port}`, '-sTCP:LISTEN'], (error, stdout) => {
      const pid = /^p(\d+)$/m.exec(stdout)?.[1];
      const name = /^c(.+)$/m.exec(stdout)?.[1];
      resolve(error !== null || pid === undefined ? undefined : `process ${pid} (${name ?? 'unknown'})`);
    });
  });
}

/** `process 123 (node server.js)`; undefined when it cannot be known. */
export function whoListens(port: number): Promise<string | undefined> {
  if (process.platform === 'linux') return onLinux(port);
  return process.platform === 'darwin' ? withLsof(port) : Promise.resolve(undefined);
}
