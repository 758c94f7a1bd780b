/** A place on a machine that is shared with others: temporary folders, free ports. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { COMMON_ENVIRONMENT, type Place } from './place.ts';

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface SharedPlaceOptions {
  readonly certs: string;
  /** Where compiled code is kept. */
  readonly cache: string;
}

/** For one scenario. */
export async function openSharedPlace({ certs, cache }: SharedPlaceOptions): Promise<Place> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
  const at = (name: string) => path.join(root, name);
  const programs = `${at('bin')}:${process.env['PATH'] ?? ''}`;
  return {
    configDir: at('etc'),
    dataDir: at('data'),
    ports: { smtp: await freePort(), submission: await freePort(), submissions: await freePort() },
    hasOwnPorts: false,
    placeholders: {
      config_directory: at('etc'),
      queue_directory: at('data'),
      data_directory: at('data'),
      mail_spool_directory: '/var/mail',
      home: at('data/home'),
      scripts: at('scripts'),
      certs,
      vmail: at('vmail'),
      state: at('state'),
      sendmail: at('bin/sendmail'),
    },
    spellings: [],
    fileOwners: undefined,
    env: { ...COMMON_ENVIRONMENT, PATH: programs, HOME: root, XDG_CACHE_HOME: cache },
    binFolder: at('bin'),
    reservePort: freePort,
    furnish() {
      for (const name of ['etc', 'data', 'scripts', 'vmail', 'state', 'bin']) mkdirSync(at(name));
      // Commands and files of a scenario run with nobody's rights.
      for (const name of ['.', 'data']) chmodSync(at(name), 0o755);
      for (const name of ['vmail', 'state']) chmodSync(at(name), 0o777);
    },
    clear() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
