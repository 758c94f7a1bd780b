/** The servers that are measured side by side: each is started on loopback with folders of its own, and ended by pid. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createFolders, runSandpost, startSandbox } from '../support/sandbox-process.ts';

export interface Peer {
  readonly name: string;
  readonly port: number;
  readonly recipient: string;
  /** Resident memory in MB, where it is one process. */
  residentMb(): number | undefined;
  /** Messages that are accepted and not yet delivered; undefined where there is no queue. */
  queued(): Promise<number | undefined>;
  /** Resolves when it has nothing left to do: what it does behind its clients' backs must not slow down the next to be measured. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = net.connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

export function residentMbOf(pid: number | undefined): number | undefined {
  if (pid === undefined || !existsSync(`/proc/${pid}/status`)) return undefined;
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return match === null ? undefined : Math.round(Number(match[1]) / 1024);
}

/** Processor time of a process in ms. */
function processorMsOf(pid: number | undefined): number {
  const text = readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8');
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  // In ticks of 10 ms (proc(5)).
  return (Number(user) + Number(system)) * 10;
}

const IDLE_WINDOW_MS = 400;

async function idleProcess(child: ChildProcess): Promise<void> {
  for (;;) {
    const before = processorMsOf(child.pid);
    await delay(IDLE_WINDOW_MS);
    if (processorMsOf(child.pid) - before <= 10) return;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

export async function sandpost(): Promise<Peer> {
  const folders = createFolders();
  await runSandpost(folders, ['user', 'add', 'target']);
  const sandbox = await startSandbox(folders);
  return {
    name: 'sandpost',
    port: sandbox.smtpPort,
    recipient: 'target@localhost',
    residentMb: () => residentMbOf(sandbox.child.pid),
    async queued() {
      const answer = await fetch(`${sandbox.http}/api/status`);
      const { queue } = (await answer.json()) as {
        queue: { incoming: number; active: number; deferred: number };
      };
      return queue.incoming + queue.active + queue.deferred;
    },
    idle: () => idleProcess(sandbox.child),
    async stop() {
      await sandbox.stop();
      folders.remove();
    },
  };
}

/** npm's maildev, fetched into a cache folder: it is a peer to measure, not a dependency. */
export async function maildev(): Promise<Peer> {
  const folder = path.join(os.homedir(), '.cache', 'sandpost', 'maildev-3');
  if (!existsSync(path.join(folder, 'node_modules', 'maildev'))) {
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'maildev@3'], {
      stdio: 'ignore',
    });
  }
  const port = await freePort();
  const mailDirectory = mkdtempSync(path.join(os.tmpdir(), 'maildev-'));
  const program = path.join(folder, 'node_modules', '.bin', 'maildev');
  const args = [
    '--smtp',
    String(port),
    '--ip',
    '127.0.0.1',
    '--web',
    String(await freePort()),
    '--web-ip',
    '127.0.0.1',
  ];
  const child = spawn(program, [...args, '--mail-directory', mailDirectory, '--silent'], { stdio: 'ignore' });
  await untilListening(port);
  return {
    name: 'maildev',
    port,
    recipient: 'target@localhost',
    residentMb: () => residentMbOf(child.pid),
    queued: () => Promise.resolve(undefined),
    idle: () => idleProcess(child),
    async stop() {
      await end(child);
      rmSync(mailDirectory, { recursive: true, force: true });
    },
  };
}

/** smtp-sink of Debian's postfix package: what the wire and a C program allow, nothing kept. */
export async function smtpSink(): Promise<Peer> {
  const port = await freePort();
  const child = spawn('/usr/sbin/smtp-sink', ['-u', os.userInfo().username, `127.0.0.1:${port}`, '1000'], {
    stdio: 'ignore',
  });
  await untilListening(port);
  return {
    name: 'smtp-sink',
    port,
    recipient: 'target@localhost',
    residentMb: () => residentMbOf(child.pid),
    queued: () => Promise.resolve(undefined),
    idle: () => idleProcess(child),
    stop: () => end(child),
  };
}

const POSTFIX_MASTER = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;

/** The real Postfix with a configuration, queue and mail spool of its own. Needs root, as Postfix does. */
export async function postfix(): Promise<Peer> {
  const port = await freePort();
  const root = mkdtempSync('/var/tmp/bench-postfix-');
  const at = (name: string) => path.join(root, name);
  for (const name of ['etc', 'spool', 'lib', 'mail']) mkdirSync(at(name));
  const settings = {
    compatibility_level: '3.6',
    queue_directory: at('spool'),
    data_directory: at('lib'),
    mail_spool_directory: at('mail'),
    maillog_file: `${root}/mail.log`,
    maillog_file_prefixes: '/var/tmp',
    myhostname: 'localhost',
    mydomain: 'localdomain',
    mydestination: 'localhost',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks_style: 'host',
    default_transport: 'error: outside mail is not deliverable',
    alias_maps: '',
    alias_database: '',
  };
  writeFileSync(
    at('etc/main.cf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  writeFileSync(at('etc/master.cf'), `127.0.0.1:${port} inet n - n - 100 smtpd\n${POSTFIX_MASTER}`);
  writeFileSync(at('etc/dynamicmaps.cf'), '');
  execFileSync('chmod', ['755', root]);
  execFileSync('chown', ['postfix:postfix', at('lib')]);
  execFileSync('sh', ['-c', `chown root:mail ${at('mail')}; chmod 2777 ${at('mail')}`]);
  const run = (...args: string[]) =>
    execFileSync('/usr/sbin/postfix', ['-c', at('etc'), ...args], { stdio: 'ignore' });
  run('start');
  await untilListening(port);
  const count = (folder: string): number =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true }).reduce(
          (n, e) => n + (e.isDirectory() ? count(path.join(folder, e.name)) : 1),
          0,
        )
      : 0;
  return {
    name: 'postfix',
    port,
    // A system user: real Postfix delivers to those.
    recipient: 'nobody@localhost',
    residentMb: () => undefined,
    queued: () =>
      Promise.resolve(
        ['incoming', 'active', 'deferred'].reduce((n, name) => n + count(at(`spool/${name}`)), 0),
      ),
    // What it delivered is delivered: it does nothing afterwards.
    idle: () => Promise.resolve(),
    async stop() {
      run('stop');
      await delay(200);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
