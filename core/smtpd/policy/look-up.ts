/** Looking names, addresses and mail addresses up in access tables (check_*_access in postconf(5)). */
import { domainLookupKeys } from '../../address/find.ts';
import { parseIp } from '../../tables/ip.ts';
import type { LookupResult } from '../../tables/table.ts';
import { domainOf } from '../hostnames.ts';
import { applyAccess, type AccessResult } from './access.ts';
import type { Call } from './restriction.ts';
import {
  NAME,
  rejectLookupFailure,
  rejectServerError,
  resolve,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';
import { isRouted } from './routing.ts';

/** Whether a key was in the table, and what came of it: a match that says DUNNO still ends the search. */
export interface Found {
  readonly isFound: boolean;
  readonly status: Status;
}

const MISSED: Found = { isFound: false, status: 'dunno' };

/** What the reply talks about, where that is not what the list is evaluated for. */
export type Named = Pick<Call, 'argument' | 'replyName' | 'replyClass' | 'defaultAccess'>;

/** One key, as it stands. */
export async function lookUpKey(run: Run, call: Named, key: string, isPart = false): Promise<Found> {
  const maps = run.context.accessMaps(call.argument);
  return applied(run, call, key, await maps.lookup(key, { fixedOnly: isPart }));
}

async function applied(run: Run, call: Named, key: string, result: LookupResult): Promise<Found> {
  switch (result.kind) {
    case 'absent':
      return MISSED;
    case 'unavailable':
      return {
        isFound: true,
        status: await applyAccess(run, call, {
          table: call.argument,
          key,
          value: '451 4.3.5 Server configuration error',
        }),
      };
    case 'found':
      return { isFound: true, status: await applyAccess(run, call, accessResult(call, result)) };
  }
}

function accessResult(call: Named, result: Extract<LookupResult, { kind: 'found' }>): AccessResult {
  const { key, value, line } = result;
  return { table: call.argument, key, value, ...(line === undefined ? {} : { line }) };
}

/** A host name and its parent domains. */
export async function lookUpDomain(run: Run, call: Named, name: string): Promise<Found> {
  const style = run.context.accessMatchesSubdomains ? 'plain' : 'dot';
  // An address has no parent domains.
  const keys = parseIp(name) === undefined ? domainLookupKeys(name, style) : [name];
  return lookUpFirst(run, call, keys);
}

/** An address and the networks that its leading parts name: `10.1.2.3`, `10.1.2`, `10.1`, `10`. */
export async function lookUpAddress(run: Run, call: Named, address: string): Promise<Found> {
  const delimiter = address.includes(':') ? ':' : '.';
  const keys = [address];
  for (let end = address.lastIndexOf(delimiter); end >= 0; end = address.lastIndexOf(delimiter, end - 1)) {
    keys.push(address.slice(0, end));
    if (end === 0) break;
  }
  return lookUpFirst(run, call, keys);
}

async function lookUpFirst(run: Run, call: Named, keys: readonly string[]): Promise<Found> {
  let isPart = false;
  for (const key of keys) {
    if (key === '') continue;
    const found = await lookUpKey(run, call, key, isPart);
    if (found.isFound) return found;
    isPart = true;
  }
  return MISSED;
}

export async function lookUpHost(run: Run, call: Named, name: string, address: string): Promise<Status> {
  const byName = await lookUpDomain(run, call, name);
  return byName.isFound ? byName.status : (await lookUpAddress(run, call, address)).status;
}

/** A mail address by its parts: user+ext@domain, user@domain, domain, parents, user+ext@, user@. */
export async function lookUpMailAddress(run: Run, call: Named, address: string): Promise<Status> {
  const { facts, context } = run;
  const other = call.replyClass === NAME.sender ? facts.recipient : facts.sender;
  const resolution = await resolve(run, address, other ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, address);
  const key = resolution.kind === 'resolved' ? resolution.recipient : address;
  if (domainOf(key) === undefined) {
    warn(run, `check_mail_access: no @domain in address: ${key}`);
    return 'dunno';
  }
  const { result } = await context.finder.find(context.accessMaps(call.argument), key, {
    domain: context.accessMatchesSubdomains ? 'plain' : 'dot',
    localPartAt: true,
  });
  const { status } = await applied(run, call, key, result);
  // A source-routed recipient goes nowhere near what the table knows: it is not to be trusted with a permit.
  const isSuspicious = call.replyClass === NAME.recipient && isRouted(context, resolution);
  return status === 'ok' && isSuspicious ? 'dunno' : status;
}

/** A permit that others control (a PTR record, a name server) is a configuration error (forbid_allowlist). */
export function forbidPermit(
  run: Run,
  call: { readonly name: string },
  target: string,
  status: Status,
): Status {
  if (status !== 'ok' || run.orders.discard !== undefined) return status;
  warn(run, `restriction ${call.name} returns OK for ${target}`);
  warn(run, 'this is not allowed for security reasons');
  warn(run, 'use DUNNO instead of OK if you want to make an exception');
  return rejectServerError(run, restrictionSource(run, call.name));
}
