/** `/file/name` and `/folder/`: a real mbox file or maildir on this machine (deliver_file, deliver_maildir of local(8)). */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { deliveryHead, mboxEntry } from '../prefix.ts';
import { describeError, errorCode } from '../system-error.ts';
import type { LocalAction } from './action.ts';
import { conclude, expandedPart, reported, type Doing } from './doing.ts';
import { mayCreateIn, mayWrite, rightsOf, type SystemRights } from '../rights.ts';

type FileAction = LocalAction & { kind: 'file' };

/** Mail waits when there is no room; any other trouble with the file is final, as in Postfix. */
const SOFT = new Set(['EAGAIN', 'ENOSPC', 'ESTALE']);

class Refused extends Error {
  readonly dsn: string;
  constructor(reason: string, dsn = '5.2.0') {
    super(reason);
    this.dsn = dsn;
  }
}

function prefixOf(doing: Doing, { at }: FileAction) {
  const { settings } = doing.deps;
  const delivered = settings.frozenDeliveredTo ? at.delivered : (at.delivered ?? at.address);
  const isWanted = delivered !== undefined && settings.prependDelivered.has('file');
  return {
    sender: at.sender,
    originalAddress: settings.prependsOriginal ? at.originalAddress : '',
    ...(isWanted ? { deliveredTo: delivered } : {}),
  };
}

async function existing(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Refused(`cannot open file: ${describeError(error)}`);
  }
}

async function openForAppend(file: string, rights: SystemRights | undefined, warn: (text: string) => void) {
  const stats = await existing(file);
  if (stats === undefined) {
    if (rights !== undefined && !(await mayCreateIn(path.dirname(file), rights))) {
      warn(`unable to create lock file ${file}.lock: Permission denied`);
      throw new Refused('cannot create file exclusively: Permission denied');
    }
    try {
      const handle = await open(file, 'ax', 0o600);
      if (rights !== undefined) await handle.chown(rights.uid, rights.gid);
      return handle;
    } catch (error) {
      throw new Refused(`cannot create file exclusively: ${describeError(error)}`);
    }
  }
  if (rights !== undefined && !mayWrite(stats, rights))
    throw new Refused('cannot open file: Permission denied');
  if (stats.isFile() && (stats.mode & 0o111) !== 0) throw new Refused('file is executable', '5.7.1');
  try {
    return await open(file, 'a');
  } catch (error) {
    throw new Refused(`cannot open file: ${describeError(error)}`);
  }
}

async function appendTo(doing: Doing, action: FileAction, rights: SystemRights | undefined): Promise<void> {
  const entry = mboxEntry(prefixOf(doing, action), doing.deps.clock.now(), await doing.task.request.read());
  const handle = await openForAppend(action.path, rights, (text) => {
    doing.deps.logger.warning(text);
  });
  try {
    const stats = await handle.stat();
    const limit = doing.deps.settings.mailboxSizeLimit;
    if (stats.isFile() && limit !== 0 && stats.size + entry.length > limit) {
      throw new Refused('error writing message: File too large', '5.2.2');
    }
    await handle.appendFile(entry);
    if (stats.isFile()) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** tmp, then new: a reader never sees half a message. */
async function writeToMaildir(
  doing: Doing,
  action: FileAction,
  rights: SystemRights | undefined,
): Promise<void> {
  const folder = action.path.replace(/\/+$/, '');
  if (rights !== undefined) {
    const parent = (await existing(folder)) === undefined ? path.dirname(folder) : folder;
    if (!(await mayCreateIn(parent, rights))) {
      throw new Refused(`create maildir file ${folder}/tmp: Permission denied`);
    }
  }
  const name = `${Math.floor(doing.deps.clock.now() / 1000)}.V${randomBytes(6).toString('hex')}.${hostname()}`;
  for (const part of ['', 'tmp', 'new', 'cur']) {
    const made = await mkdir(path.join(folder, part), { recursive: true, mode: 0o700 });
    if (made !== undefined && rights !== undefined)
      await chown(path.join(folder, part), rights.uid, rights.gid);
  }
  const head = deliveryHead(prefixOf(doing, action));
  const temporary = path.join(folder, 'tmp', name);
  await writeFile(temporary, Buffer.concat([Buffer.from(head), await doing.task.request.read()]), {
    flush: true,
  });
  await chmod(temporary, 0o600);
  if (rights !== undefined) await chown(temporary, rights.uid, rights.gid);
  await rename(temporary, path.join(folder, 'new', name));
}

function failure(action: FileAction, error: unknown): { dsn: string; reason: string; isSoft: boolean } {
  const isMaildir = action.path.endsWith('/');
  const prefix = isMaildir ? 'maildir delivery failed' : `cannot append message to file ${action.path}`;
  if (error instanceof Refused) {
    return { dsn: error.dsn, reason: `${prefix}: ${error.message}`, isSoft: false };
  }
  const isSoft = SOFT.has(errorCode(error));
  return {
    dsn: isSoft ? '4.2.0' : '5.2.0',
    reason: `${prefix}: error writing message: ${describeError(error)}`,
    isSoft,
  };
}

export async function deliverToFile(doing: Doing, action: FileAction): Promise<void> {
  const { report, task } = doing;
  const recipient = reported(doing, action.at);
  const part = expandedPart(doing, action.at);
  if (task.request.message.verify) {
    conclude(
      doing,
      await report.sent(recipient, { dsn: '2.0.0', reason: `delivers to file: ${action.path}`, ...part }),
    );
    return;
  }
  const isMaildir = action.path.endsWith('/');
  try {
    const rights = rightsOf(action.at.rights.user, doing.deps.settings.defaultRights);
    if (isMaildir) await writeToMaildir(doing, action, rights);
    else await appendTo(doing, action, rights);
    const reason = isMaildir ? 'delivered to maildir' : `delivered to file: ${action.path}`;
    conclude(doing, await report.sent(recipient, { dsn: '2.0.0', reason, ...part }));
  } catch (error) {
    const { dsn, reason, isSoft } = failure(action, error);
    const verdict = { dsn, reason, ...part };
    const owner = action.returnTo === undefined ? {} : { returnTo: action.returnTo };
    conclude(
      doing,
      await (isSoft
        ? report.deferred(recipient, verdict)
        : report.bounced(recipient, { ...verdict, ...owner })),
    );
  }
}
