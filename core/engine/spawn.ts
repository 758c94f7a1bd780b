/**
 * spawn(8): each connection to a service of master.cf gets a command of its own, which talks to the client by standard
 * input and output (`user=`, `argv=`; `NAME_time_limit`). What policy servers and simple content filters are made of.
 *
 * Differs from Postfix: commands run only with sandpost_allow_commands = yes, and with the rights of `user` only where the
 * engine runs as root. A service that cannot be bound is a line of the log; mail goes on.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { Config, MasterService } from '../config/config.ts';
import { CommandUserError } from '../delivery/command-user.ts';
import { describeError } from '../delivery/system-error.ts';
import { listenAddresses } from '../smtpd/listen.ts';
import { connectCommand, readSpawnAttributes } from './spawn-command.ts';
import type { UserStore } from '../store/store.ts';
import type { LogFactory } from '../util/log.ts';
import { listenLoopback, type Endpoint } from '../util/net-guard.ts';

export interface Spawn {
  /** Binds what master.cf has now, and lets go of what it does not have any more. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface SpawnDependencies {
  readonly config: () => Config;
  readonly users: Pick<UserStore, 'find'>;
  readonly log: LogFactory;
}

interface Bound {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly file: string | undefined;
}

const keyOf = ({ type, name }: MasterService): string => `${type}/${name}`;

function endpointsOf(service: MasterService, config: Config): readonly Endpoint[] {
  if (service.type === 'inet') return listenAddresses(service, config);
  const folder = service.private === 'n' ? 'public' : 'private';
  return [{ path: path.join(config.get('queue_directory'), folder, service.name) }];
}

export function createSpawn({ config, users, log }: SpawnDependencies): Spawn {
  const bound = new Map<string, readonly Bound[]>();
  const logger = log('spawn');

  /** The line as it is now: a reload may have changed it. */
  function serviceNow(key: string): MasterService | undefined {
    return config().services.findLast((service) => keyOf(service) === key && service.command === 'spawn');
  }

  function serve(key: string, socket: Socket): void {
    const service = serviceNow(key);
    socket.on('error', () => socket.destroy());
    try {
      if (service === undefined) socket.destroy();
      else run(service, socket);
    } catch (error) {
      if (!(error instanceof CommandUserError)) throw error;
      logger.fatal(error.message);
      socket.destroy();
    }
  }

  function run(service: MasterService, socket: Socket): void {
    const own = config().forService(service);
    const attributes = readSpawnAttributes(service.arguments, {
      users,
      mailOwner: own.get('mail_owner'),
      setgidGroup: own.get('setgid_group'),
    });
    const [file] = attributes.words;
    if (own.get('sandpost_allow_commands').trim().toLowerCase() !== 'yes') {
      logger.warning(`this sandbox runs no commands (sandpost_allow_commands = no): ${file}`);
      socket.destroy();
      return;
    }
    connectCommand({ service, config: own, logger }, attributes, socket);
  }

  async function bindOne(service: MasterService, endpoint: Endpoint): Promise<Bound | undefined> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      serve(keyOf(service), socket);
    });
    const file = 'path' in endpoint ? endpoint.path : undefined;
    try {
      if (file !== undefined) {
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        rmSync(file, { force: true });
      }
      await listenLoopback(server, endpoint);
      if (file !== undefined) chmodSync(file, 0o600);
      return { server, sockets, file };
    } catch (error) {
      const where = 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
      log('master').warning(`service ${service.name}: cannot listen on ${where}: ${describeError(error)}`);
      return undefined;
    }
  }

  async function bind(service: MasterService): Promise<void> {
    const made: Bound[] = [];
    for (const endpoint of endpointsOf(service, config().forService(service))) {
      const one = await bindOne(service, endpoint);
      if (one !== undefined) made.push(one);
    }
    bound.set(keyOf(service), made);
  }

  async function release(key: string): Promise<void> {
    const servers = bound.get(key) ?? [];
    bound.delete(key);
    for (const { server, sockets, file } of servers) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      if (file !== undefined) rmSync(file, { force: true });
    }
  }

  return {
    async refresh() {
      const wanted = new Map(
        config()
          .services.filter(({ command }) => command === 'spawn')
          .map((service) => [keyOf(service), service]),
      );
      for (const key of bound.keys()) if (!wanted.has(key)) await release(key);
      for (const [key, service] of wanted) if (!bound.has(key)) await bind(service);
    },
    async close() {
      for (const key of [...bound.keys()]) await release(key);
    },
  };
}
