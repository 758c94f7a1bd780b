/** What stands on the right-hand side of an alias, in a list or in a .forward file: addresses, files, commands, lists. */
import { parseAddressList } from '../../address/parse.ts';
import type { Expanded } from './action.ts';
import { ownerOfAddress } from './alias.ts';
import { bounce, defer, deeper, SYSTEM_ERROR, type Expansion, type IsDeferred } from './expansion.ts';
import { expandInclude } from './include.ts';

const INCLUDE = ':include:';
const ALIASES_UNAVAILABLE = { dsn: '4.3.0', reason: 'alias database unavailable' } as const;

async function toFile(x: Expansion, from: Expanded, path: string): Promise<IsDeferred> {
  const at = deeper(from);
  if (x.seen(`file ${at.rights.user} ${path}`)) return false;
  if (at.kind !== 'none' && !x.settings.filesAllowedIn.has(at.kind)) {
    return bounce(x, at, { dsn: '5.7.1', reason: 'mail to file is restricted' });
  }
  const owner = await ownerOfAddress(x, at);
  if (owner.isUnavailable) return defer(x, at, ALIASES_UNAVAILABLE);
  x.add({ kind: 'file', at, path, returnTo: owner.address });
  return false;
}

async function toHomeFile(x: Expansion, at: Expanded, text: string): Promise<IsDeferred> {
  if (!text.startsWith('~/')) {
    x.warn(`bad home directory syntax for: ${text}`);
    return bounce(x, at, SYSTEM_ERROR);
  }
  if (at.rights.home === '') {
    x.warn(`unknown home directory for: ${text}`);
    return bounce(x, at, SYSTEM_ERROR);
  }
  return toFile(x, at, at.rights.home + text.slice(1));
}

/** `|command`, from an alias or a .forward file, or mailbox_command. */
export async function toCommand(x: Expansion, from: Expanded, command: string): Promise<IsDeferred> {
  const at = deeper(from);
  if (x.seen(`command ${at.user}:${at.rights.user} ${command}`)) return false;
  const owner = await ownerOfAddress(x, at);
  if (owner.isUnavailable) return defer(x, at, ALIASES_UNAVAILABLE);
  x.add({ kind: 'command', at, command, returnTo: owner.address });
  return false;
}

async function expandToken(x: Expansion, at: Expanded, token: string): Promise<IsDeferred> {
  if (token.startsWith('/')) return toFile(x, at, token);
  if (token.startsWith('~')) return toHomeFile(x, at, token);
  if (token.startsWith('|')) {
    const isAllowed = at.kind === 'none' || x.settings.commandsAllowedIn.has(at.kind);
    if (!isAllowed) return bounce(x, at, { dsn: '5.7.1', reason: 'mail to command is restricted' });
    return toCommand(x, at, token.slice(1));
  }
  if (token.toLowerCase().startsWith(INCLUDE)) return expandInclude(x, at, token.slice(INCLUDE.length));
  return x.address(at, token);
}

/** Expands every address of one string. `count` is how many there were. */
export async function expandText(
  x: Expansion,
  at: Expanded,
  text: string,
): Promise<{ deferred: IsDeferred; count: number }> {
  let deferred = false;
  const tokens = parseAddressList(text);
  for (const token of tokens) if (await expandToken(x, at, token)) deferred = true;
  return { deferred, count: tokens.length };
}

/** Expands a file line by line; `#` in the first column is a comment. Stops where something has to wait. */
export async function expandLines(
  x: Expansion,
  at: Expanded,
  content: string,
): Promise<{ deferred: IsDeferred; count: number }> {
  let count = 0;
  for (const line of content.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const found = await expandText(x, at, line);
    count += found.count;
    if (found.deferred) return { deferred: true, count };
  }
  return { deferred: false, count };
}
