/** The context of a real command: this process's streams, user and environment. */
import { userInfo } from 'node:os';
import { readRunning } from '../api/running.ts';
import { defaultFolders, type Folders } from '../util/paths.ts';
import { connect, findRunning } from './connect.ts';
import { CommandError, type Actor, type Context } from './context.ts';
import { fullNameOf } from './full-name.ts';
import type { GlobalOptions } from './globals.ts';

/** What --config-dir and --data-dir say; with only the first, the data folder that a sandbox there was started with. */
function foldersOf({ configDir, dataDir }: GlobalOptions): Folders {
  const folders = defaultFolders({ configDir, dataDir });
  if (dataDir !== undefined) return folders;
  const known = readRunning(folders.configDir)?.dataDir;
  return known === undefined ? folders : { ...folders, dataDir: known };
}

function actorOf(as: string | undefined): Actor {
  if (as === undefined) {
    const { username, uid } = userInfo();
    return { name: username, uid: Math.max(0, uid), fullName: fullNameOf(username), isOwner: true };
  }
  const match = /^([A-Za-z_][A-Za-z0-9_.-]*)(?::(\d{1,9}))?$/.exec(as);
  if (match === null) throw new CommandError(`--as needs NAME or NAME:UID, not "${as}"`, 64);
  const [, name = '', uid = '65534'] = match;
  return { name, uid: Number(uid), fullName: fullNameOf(name), isOwner: Number(uid) === 0 };
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function createContext(options: GlobalOptions): Context {
  const folders = foldersOf(options);
  return {
    folders,
    actor: actorOf(options.as ?? process.env['SANDPOST_AS']),
    env: process.env,
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    input: () => process.stdin,
    readInput,
    running: () => findRunning(folders),
    hasRun: () => readRunning(folders.configDir) !== undefined,
    connect: () => connect(folders, async (where) => (await import('./open-sandbox.ts')).openHere(where)),
  };
}
