/** A user's .forward file (forward_path, deliver_dotforward of local(8)). */
import { lstatSync, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { describeError } from '../system-error.ts';
import type { Expanded } from './action.ts';
import { withoutSuccess } from './alias.ts';
import { deeper, valuesOf, type Expansion, type IsDeferred } from './expansion.ts';
import { expandMacros } from './macros.ts';

interface ForwardFile {
  readonly path: string;
  readonly stats: Stats;
  /** The file is the extension's own: nothing of it is passed on. */
  readonly matchedExtension: boolean;
}

/** Synchronous: most users have no such file, and a look that finds nothing costs two microseconds. */
function findForwardFile(x: Expansion, at: Expanded, home: string): ForwardFile | undefined {
  const valueOf = valuesOf(at, { name: at.user, home });
  for (const pattern of x.settings.forwardPath) {
    const path = expandMacros(pattern, { valueOf, filter: x.settings.forwardFilter });
    if (path.isUndefined || path.isMalformed) continue;
    const stats = statsOf(path.text);
    if (stats !== undefined) return { path: path.text, stats, matchedExtension: path.usesExtension };
  }
  return undefined;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // a folder that cannot be searched: as if there were no such file
    return undefined;
  }
}

/** The file's text; undefined with a warning when it may not be used. */
async function readTrusted(x: Expansion, file: ForwardFile, home: string): Promise<string | undefined> {
  const { path, stats } = file;
  if (!stats.isFile()) {
    x.warn(`file ${path} is not a regular file`);
    return undefined;
  }
  const owner = (await stat(home)).uid;
  if (stats.uid !== 0 && stats.uid !== owner) {
    x.warn(`file ${path} has bad owner uid ${stats.uid}`);
    return undefined;
  }
  if ((stats.mode & 0o002) !== 0 && process.platform !== 'win32') {
    x.warn(`file ${path} is world writable`);
    return undefined;
  }
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    x.warn(`cannot open file ${path}: ${describeError(error)}`);
    return undefined;
  }
}

/** undefined: there is no file to follow, or the user lists herself in it: on to the mailbox. */
export async function expandForwardFile(x: Expansion, from: Expanded): Promise<IsDeferred | undefined> {
  const user = x.users.find(from.user);
  if (x.settings.forwardPath.length === 0 || user === undefined) return undefined;
  const at = deeper(from, {
    delivered: x.settings.frozenDeliveredTo ? from.delivered : from.address,
    rights: { user: user.name, home: user.home },
    kind: 'forward',
    owner: from.user,
  });
  const file = findForwardFile(x, at, user.home);
  if (file === undefined) return undefined;
  if (x.seen(`forward ${file.path}`)) return x.wasSeen(`forward-done ${file.path}`) ? false : undefined;
  const text = await readTrusted(x, file, user.home);
  if (text === undefined) return undefined;
  const keepsExtension = !file.matchedExtension && x.settings.propagateExtension.has('forward');
  const inside: Expanded = {
    ...at,
    from: at.local,
    unmatched: keepsExtension ? at.unmatched : undefined,
    notify: withoutSuccess(at.notify),
  };
  const { deferred, count } = await x.file(inside, text);
  if (count === 0) return undefined;
  x.seen(`forward-done ${file.path}`);
  x.note(at, `${file.path} says where it goes`, { kind: 'standard', name: file.path });
  if (!deferred) reportExpanded(x, at);
  return deferred;
}

/** The forwarding itself is the success that the sender asked about. */
function reportExpanded(x: Expansion, at: Expanded): void {
  if (!at.notify.includes('SUCCESS')) return;
  x.add({ kind: 'expanded', at, verdict: { dsn: '2.0.0', reason: 'alias expanded', action: 'expanded' } });
}
