/** Alias expansion (aliases(5), deliver_alias of local(8)), and the owner- aliases that go with it. */
import { stripExtension } from '../../address/parse.ts';
import type { Notify } from '../../mail/dsn.ts';
import type { Expanded, StatusVerdict } from './action.ts';
import { bounce, deeper, defer, sourceOf, type Expansion, type IsDeferred } from './expansion.ts';

const LEVEL_LIMIT = 100;
const UNAVAILABLE = { dsn: '4.3.0', reason: 'alias database unavailable' } as const;

/** RFC 3461 section 5.2.7: members of an alias do not report success; the alias itself does. */
export function withoutSuccess(notify: readonly Notify[]): readonly Notify[] {
  if (!notify.includes('SUCCESS')) return notify;
  const rest = notify.filter((word) => word !== 'SUCCESS');
  return rest.length === 0 ? ['NEVER'] : rest;
}

interface Owner {
  readonly isUnavailable: boolean;
  /** The envelope sender that the owner- alias gives; absent when there is none. */
  readonly address?: string;
}

const NO_OWNER: Owner = { isUnavailable: false };

/** The envelope sender that the owner- alias of `name` gives; undefined when there is none. */
async function findOwner(x: Expansion, name: string): Promise<Owner> {
  if (!x.settings.ownerRequestSpecial) return NO_OWNER;
  const owner = `owner-${name}`;
  const result = await x.maps.aliases.lookup(owner);
  if (result.kind !== 'found') return result.kind === 'absent' ? NO_OWNER : { isUnavailable: true };
  const value = x.settings.expandOwnerAlias ? result.value : owner;
  return { isUnavailable: false, address: x.rewriter.rewrite('local', value) };
}

/** The owner- alias that is to be told of this address' failure, also one of `user` for `user+ext`. */
export async function ownerOfAddress(x: Expansion, at: Expanded): Promise<Owner> {
  const local = (address: string) => address.slice(0, address.lastIndexOf('@'));
  const owner = await findOwner(x, local(at.address));
  if (owner !== NO_OWNER) return owner;
  const stripped = stripExtension(at.address, x.settings.splitRules);
  return stripped === undefined ? NO_OWNER : findOwner(x, local(stripped.bare));
}

/** Bounces to the address' own owner- alias, if it has one (bounce_workaround). */
export async function bounceToOwner(x: Expansion, at: Expanded, verdict: StatusVerdict): Promise<IsDeferred> {
  const owner = await ownerOfAddress(x, at);
  if (owner.isUnavailable) return defer(x, at, UNAVAILABLE);
  return bounce(x, at, owner.address === undefined ? verdict : { ...verdict, returnTo: owner.address });
}

/**
 * Looks the name up in alias_maps and expands what it finds. undefined: no such alias, or one that lists itself
 * and now means the user.
 */
export async function expandAlias(
  x: Expansion,
  from: Expanded,
  name: string,
): Promise<IsDeferred | undefined> {
  const at = deeper(from);
  if (at.from !== undefined && at.from.toLowerCase() === name.toLowerCase()) return undefined;
  if (at.level > LEVEL_LIMIT) {
    const reason = `alias database loop for ${name}`;
    x.warn(reason);
    return bounce(x, at, { dsn: '5.4.6', reason });
  }
  const lookup = x.maps.aliases.lookup(name);
  const result = lookup instanceof Promise ? await lookup : lookup;
  if (result.kind === 'absent') return undefined;
  if (result.kind === 'unavailable') {
    x.warn(`${result.table}: lookup of '${name}' failed`);
    return defer(x, at, UNAVAILABLE);
  }
  x.note(at, `alias ${name} -> ${result.value}`, sourceOf(result));
  const owner = await findOwner(x, name);
  if (owner.isUnavailable) return defer(x, at, UNAVAILABLE);
  return expandMembers(x, at, { name, value: result.value, owner: owner.address });
}

async function expandMembers(
  x: Expansion,
  at: Expanded,
  alias: { readonly name: string; readonly value: string; readonly owner: string | undefined },
): Promise<IsDeferred> {
  const { settings } = x;
  const { owner } = alias;
  const kept = settings.resetOwnerAlias ? undefined : at.owner;
  const delivered = settings.frozenDeliveredTo ? at.delivered : at.address;
  const inside: Expanded = {
    ...at,
    from: alias.name,
    kind: 'alias',
    rights: { user: '', home: '' },
    delivered,
    owner: owner ?? kept,
    notify: withoutSuccess(at.notify),
    ...(owner === undefined ? {} : { sender: owner, envid: '', ret: '', orcpt: '', originalAddress: '' }),
  };
  if (owner !== undefined) x.note(at, `owner-${alias.name} becomes the sender: ${owner}`);
  const { deferred, count } = await x.text(inside, alias.value);
  if (count === 0) {
    x.warn(`no recipient in alias lookup result for ${alias.name}`);
    return defer(x, inside, UNAVAILABLE);
  }
  if (at.notify.includes('SUCCESS')) {
    const action = owner === undefined ? 'expanded' : 'delivered';
    x.add({ kind: 'expanded', at, verdict: { dsn: '2.0.0', reason: 'alias expanded', action } });
  }
  return deferred;
}
