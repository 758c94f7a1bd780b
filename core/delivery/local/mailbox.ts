/** The end of the line: a user's mailbox, or what is done about a name that nobody has (deliver_mailbox, deliver_unknown). */
import path from 'node:path';
import type { Expanded } from './action.ts';
import {
  bounce,
  deeper,
  defer,
  sourceOf,
  TABLE_FAILURE,
  valuesOf,
  type Expansion,
  type IsDeferred,
} from './expansion.ts';
import { expandMacros } from './macros.ts';
import type { Maps } from '../../tables/table.ts';
import { toCommand } from './tokens.ts';

function pass(x: Expansion, at: Expanded, service: string): IsDeferred {
  x.add({ kind: 'pass', at, service });
  return false;
}

/** A per-user table's word for this user: the value, nothing, or that the table cannot be asked. */
async function askUser(
  x: Expansion,
  maps: Maps,
  at: Expanded,
  parameter: string,
): Promise<{ readonly value: string | undefined; readonly failed: boolean }> {
  if (maps.isEmpty) return { value: undefined, failed: false };
  const result = await maps.lookup(at.user);
  if (result.kind === 'unavailable') return { value: undefined, failed: true };
  if (result.kind === 'absent') return { value: undefined, failed: false };
  x.note(at, `${parameter}: ${at.user} -> ${result.value}`, sourceOf(result));
  return { value: result.value, failed: false };
}

const parameterSource = (name: string, value: string) => ({ kind: 'parameter', name, value }) as const;

async function toUser(x: Expansion, at: Expanded, name: string): Promise<IsDeferred> {
  const { settings } = x;
  const command = await askUser(x, x.maps.mailboxCommand, at, 'mailbox_command_maps');
  if (command.failed) return defer(x, at, TABLE_FAILURE);
  const chosen = command.value ?? settings.mailboxCommand;
  if (chosen !== '') return toCommand(x, at, chosen);
  const spool = settings.mailSpoolDirectory;
  const place =
    settings.homeMailbox === ''
      ? path.posix.join(spool, at.user) + (spool.endsWith('/') ? '/' : '')
      : `${at.rights.home}/${settings.homeMailbox}`;
  x.add({
    kind: 'mailbox',
    at: deeper(at),
    mailbox: name,
    path: place,
    style: place.endsWith('/') ? 'maildir' : 'mailbox',
  });
  return false;
}

/** Nobody at all: then luser_relay may lead back to a name, which is to be returned and not lost. */
function isUnknown(x: Expansion, at: Expanded): boolean {
  const isPassed = x.settings.mailboxTransport !== '' || !x.maps.mailboxTransport.isEmpty;
  return !isPassed && x.users.find(at.user) === undefined;
}

/** undefined: there is no such user. */
export async function expandMailbox(x: Expansion, from: Expanded): Promise<IsDeferred | undefined> {
  const at = deeper(from);
  const isRepeated = x.seen(`mailbox ${at.local}`);
  if (isRepeated && !isUnknown(x, at)) return false;
  const transport = await askUser(x, x.maps.mailboxTransport, at, 'mailbox_transport_maps');
  if (transport.failed) return defer(x, at, TABLE_FAILURE);
  if (transport.value !== undefined) return pass(x, at, transport.value);
  if (x.settings.mailboxTransport !== '') {
    x.note(at, 'passed on', parameterSource('mailbox_transport', x.settings.mailboxTransport));
    return pass(x, at, x.settings.mailboxTransport);
  }
  const user = x.users.find(at.user);
  if (user === undefined) return undefined;
  return toUser(x, { ...at, rights: { user: user.name, home: user.home } }, user.name);
}

async function toLuserRelay(x: Expansion, at: Expanded): Promise<IsDeferred> {
  const { luserRelay } = x.settings;
  const relay = expandMacros(luserRelay, { valueOf: valuesOf(at, x.users.find(at.user)) });
  x.note(at, `nobody is called ${at.user}: on to ${relay.text}`, parameterSource('luser_relay', luserRelay));
  return x.address({ ...at, unmatched: undefined }, relay.text);
}

/** Nobody has this name: fallback transport, luser_relay, the two names that always exist, or a bounce. */
export async function expandUnknown(x: Expansion, from: Expanded): Promise<IsDeferred> {
  const at = deeper(from);
  const isRelayed = x.seen(`unknown ${at.local}`);
  const transport = await askUser(x, x.maps.fallbackTransport, at, 'fallback_transport_maps');
  if (transport.failed) return defer(x, at, TABLE_FAILURE);
  if (transport.value !== undefined) return pass(x, at, transport.value);
  if (x.settings.fallbackTransport !== '') {
    x.note(at, 'passed on', parameterSource('fallback_transport', x.settings.fallbackTransport));
    return pass(x, at, x.settings.fallbackTransport);
  }
  if (x.settings.luserRelay !== '' && !isRelayed) return toLuserRelay(x, at);
  if (at.user === 'mailer-daemon' || at.user === 'postmaster') {
    x.warn(`required alias not found: ${at.user}`);
    x.add({ kind: 'sent', at, verdict: { dsn: '2.0.0', reason: 'discarded' } });
    return false;
  }
  return bounce(x, at, { dsn: '5.1.1', reason: `unknown user: "${at.user}"` });
}
