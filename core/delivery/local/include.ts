/** `:include:/file/name` (deliver_include of local(8)): the addresses listed in a file. */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../system-error.ts';
import type { Expanded } from './action.ts';
import { bounce, deeper, SYSTEM_ERROR, type Expansion, type IsDeferred } from './expansion.ts';

function refusal(file: string, stats: Stats): string | undefined {
  if (!stats.isFile()) return `:include: file ${file} is not a regular file`;
  if (process.platform !== 'win32' && (stats.mode & 0o002) !== 0) {
    return `:include: file ${file} is world writable`;
  }
  return undefined;
}

export async function expandInclude(x: Expansion, from: Expanded, file: string): Promise<IsDeferred> {
  const at = deeper(from, { from: from.local });
  const refuse = (warning: string): IsDeferred => {
    x.warn(warning);
    return bounce(x, at, SYSTEM_ERROR);
  };
  if (x.seen(`include ${from.rights.user} ${file}`)) return false;
  if (!path.isAbsolute(file)) return refuse(`:include:${file} uses a relative path`);
  let stats: Stats;
  try {
    stats = await stat(file);
  } catch (error) {
    return refuse(`unable to lookup :include: file ${file}: ${describeError(error)}`);
  }
  const problem = refusal(file, stats);
  if (problem !== undefined) return refuse(problem);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return refuse(`cannot open include file ${file}: ${describeError(error)}`);
  }
  x.note(at, `the list ${file} says where it goes`, { kind: 'standard', name: file });
  const inside: Expanded = {
    ...at,
    kind: 'include',
    // without a forwarder the members would be delivered here; with one each gets a copy of its own
    owner: at.owner ?? at.address,
    unmatched: x.settings.propagateExtension.has('include') ? at.unmatched : undefined,
  };
  return (await x.file(inside, text)).deferred;
}
