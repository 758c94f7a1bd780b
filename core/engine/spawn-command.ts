/** One connection of spawn(8) and its command: the socket is the command's standard input, output and error. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Config, MasterService } from '../config/config.ts';
import type { SystemRights } from '../delivery/accounts.ts';
import {
  commandRights,
  CommandUserError,
  readCommandUser,
  type CommandUser,
  type CommandUserDependencies,
} from '../delivery/command-user.ts';
import { withoutOptions } from '../delivery/pipe/attributes.ts';
import { rightsOf } from '../delivery/rights.ts';
import { exportedEnvironment } from '../delivery/run-command.ts';
import { describeError } from '../delivery/system-error.ts';
import type { Log } from '../util/log.ts';

export interface SpawnAttributes {
  readonly words: readonly [string, ...string[]];
  readonly rights: SystemRights | undefined;
}

const fatal = (text: string): never => {
  throw new CommandUserError(text);
};

/** @throws CommandUserError with what spawn(8) dies of */
export function readSpawnAttributes(
  words: readonly string[],
  dependencies: CommandUserDependencies,
): SpawnAttributes {
  let user: CommandUser | undefined;
  const attributes = withoutOptions(words);
  for (const [at, word] of attributes.entries()) {
    const [, name = '', value = ''] = /^([a-z_]+)=([^]*)$/i.exec(word) ?? [];
    if (name.toLowerCase() === 'user') {
      user = readCommandUser(value);
    } else if (name.toLowerCase() === 'argv') {
      if (user === undefined) return fatal('missing user= attribute');
      const rights = commandRights(user, dependencies, 'user= command-line attribute');
      return { words: [value, ...attributes.slice(at + 1)], rights };
    } else {
      return fatal(`unknown attribute name: ${word}`);
    }
  }
  return fatal(user === undefined ? 'missing user= attribute' : 'missing argv= attribute');
}

/** The whole group: a shell's children would go on otherwise. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Runs the command until it ends, or the client goes away and it notices, or its time is over. */
export function connectCommand(
  of: { readonly service: MasterService; readonly config: Config; readonly logger: Log },
  { words: [file, ...args], rights }: SpawnAttributes,
  socket: Socket,
): void {
  const { service, config, logger } = of;
  const as = process.getuid?.() === 0 ? (rights ?? rightsOf('', config.get('default_privs'))) : undefined;
  const child = spawn(file, args, {
    cwd: config.get('queue_directory'),
    env: exportedEnvironment(config.list('export_environment'), config.directory),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    ...(as === undefined ? {} : { uid: as.uid, gid: as.gid }),
  });
  const limit = `${service.name}_time_limit`;
  const seconds = config.seconds(config.get(limit) === '' ? 'command_time_limit' : limit);
  const timer = setTimeout(() => {
    kill(child);
  }, seconds * 1000);
  timer.unref();
  // a command that does not read to the end is no failure
  child.stdin.on('error', () => undefined);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket, { end: false });
  child.stderr.pipe(socket, { end: false });
  socket.on('close', () => child.stdin.destroy());
  child.on('error', (error) => {
    clearTimeout(timer);
    logger.fatal(`spawn_comand: execvp ${file}: ${describeError(error)}`);
    logger.warning(`command ${file} exit status 1`);
    socket.destroy();
  });
  child.on('close', (status, signal) => {
    clearTimeout(timer);
    if (signal !== null) logger.warning(`command ${file} killed by signal ${signal}`);
    else if (status !== 0) logger.warning(`command ${file} exit status ${status ?? 0}`);
    socket.end();
  });
}
