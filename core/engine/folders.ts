/** The two folders of a sandbox, made ready: first configuration files, mail log, store, first users. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeDefaultConfig } from '../config/defaults.ts';
import { createStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { createClock, type SystemClock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { createMailLog, type MailLog } from './mail-log.ts';

export interface Folders {
  readonly store: Store;
  readonly mailLog: MailLog;
  readonly log: LogFactory;
  readonly clock: SystemClock;
  readonly loginUser: string;
  /** The configuration was written just now: its alias table is still to be built. */
  readonly isFirstStart: boolean;
}

/** The machine's login name as a sandbox user's: letters, digits, `.`, `_` and `-`. */
function loginName(): string {
  const name = os.userInfo().username.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return name === '' ? 'you' : name;
}

/** Files are written only where there is no configuration at all: a folder that lacks one file means it so. */
function writeFirstFiles(configDir: string, loginUser: string): boolean {
  const isThere = ['main.cf', 'master.cf'].some((name) => existsSync(path.join(configDir, name)));
  return !isThere && writeDefaultConfig(configDir, { loginUser }).length > 0;
}

export async function openFolders(options: {
  readonly configDir: string;
  readonly dataDir: string;
  /** For one command, not for a server: starting threads would take longer than what it does. */
  readonly isBrief: boolean;
}): Promise<Folders> {
  const { configDir, dataDir } = options;
  const loginUser = loginName();
  const clock = createClock();
  const isFirstStart = writeFirstFiles(configDir, loginUser);
  const mailLog = createMailLog({ dataDir, hostname: os.hostname().split('.')[0] ?? 'localhost', clock });
  const log = mailLog.factory;
  try {
    const threads = options.isBrief ? (await import('../store/same-thread.ts')).SAME_THREAD : undefined;
    const store = await createStore({ dataDir, log, clock, ...(threads === undefined ? {} : { threads }) });
    for (const name of new Set([loginUser, 'root', 'postmaster'])) await store.users.add(name);
    return { store, mailLog, log, clock, loginUser, isFirstStart };
  } catch (error) {
    mailLog.close();
    throw error;
  }
}
