/** Decides what happens to one recipient (deliver_recipient, deliver_switch and deliver_resolve of local(8)). Does nothing. */
import { statSync } from 'node:fs';
import { splitAddress } from '../../address/parse.ts';
import type { QueuedMessage, QueuedRecipient } from '../../mail/message.ts';
import { isDeliveredTo } from '../delivered.ts';
import type { AgentDependencies } from '../delivery.ts';
import { describeError } from '../system-error.ts';
import type { Expanded, LocalPlan } from './action.ts';
import { bounceToOwner, expandAlias } from './alias.ts';
import {
  bounce,
  createRecorder,
  deeper,
  defer,
  type Expansion,
  type IsDeferred,
  type LocalMaps,
} from './expansion.ts';
import { expandForwardFile } from './forward-file.ts';
import { expandMailbox, expandUnknown } from './mailbox.ts';
import type { LocalSettings } from './settings.ts';
import { expandLines, expandText } from './tokens.ts';

/** Hands the address to cleanup as (part of) a new message. */
function forward(x: Expansion, at: Expanded): IsDeferred {
  if (x.seen(`indirect ${at.address}`)) return false;
  if (x.message.verify) {
    x.add({ kind: 'sent', at, verdict: { dsn: '2.0.0', reason: `forwards to ${at.address}` } });
    return false;
  }
  x.note(at, `${at.address} gets a message of its own`);
  x.add({ kind: 'forward', at });
  return false;
}

function insertExtension(x: Expansion, address: string, extension: string | undefined): string {
  if (extension === undefined) return address;
  const delimiter = x.settings.splitRules.delimiters.charAt(0);
  const at = address.lastIndexOf('@');
  if (at < 0) return `${address}${delimiter}${extension}`;
  return `${address.slice(0, at)}${delimiter}${extension}${address.slice(at)}`;
}

/** An address that an expansion gave: here it stays local, or is forwarded. */
async function expandAddress(x: Expansion, from: Expanded, address: string): Promise<IsDeferred> {
  const at = deeper(from);
  const rewritten = x.rewriter.rewrite('local', address);
  const resolution = await x.resolver.resolve(rewritten, '');
  if (resolution.kind === 'unavailable') {
    return defer(x, at, { dsn: '4.3.0', reason: 'address resolver failure' });
  }
  if (resolution.kind === 'unresolvable') {
    return bounce(x, at, { dsn: '5.1.3', reason: `bad recipient address syntax: ${rewritten}` });
  }
  const inside = { ...at, address: insertExtension(x, resolution.recipient, at.unmatched) };
  return resolution.transport === x.service ? expandRecipient(x, inside) : forward(x, inside);
}

async function expandAliases(x: Expansion, at: Expanded): Promise<IsDeferred | undefined> {
  const whole = await expandAlias(x, { ...at, unmatched: undefined }, at.local);
  if (whole !== undefined || at.extension === undefined) return whole;
  const keeps = x.settings.propagateExtension.has('alias');
  return expandAlias(x, { ...at, unmatched: keeps ? at.extension : undefined }, at.user);
}

/** require_home_directory: mail waits while a user's home folder is away. */
function homeProblem(x: Expansion, at: Expanded): string | undefined {
  const user = x.settings.requireHome ? x.users.find(at.user) : undefined;
  if (user === undefined) return undefined;
  try {
    statSync(user.home);
    return undefined;
  } catch (error) {
    return `cannot access home directory ${user.home}: ${describeError(error)}`;
  }
}

async function expandSwitch(x: Expansion, from: Expanded): Promise<IsDeferred> {
  const at = deeper(from);
  const alias = await expandAliases(x, at);
  if (alias !== undefined) return alias;
  // what somebody forwards to another user gets a message, and so a delivery status, of its own
  const isForwarded = at.owner !== undefined && at.owner.toLowerCase() !== at.user;
  if (isForwarded || at.kind === 'include') return forward(x, at);
  const problem = homeProblem(x, at);
  if (problem !== undefined) return defer(x, at, { dsn: '4.3.0', reason: problem });
  return (await expandForwardFile(x, at)) ?? (await expandMailbox(x, at)) ?? (await expandUnknown(x, at));
}

async function expandRecipient(x: Expansion, from: Expanded): Promise<IsDeferred> {
  const at = deeper(from);
  if (x.seen(`recipient ${at.level} ${at.address}`)) return false;
  if (isDeliveredTo(x.deliveredTo, at.address)) {
    const reason = `mail forwarding loop for ${at.address}`;
    return bounceToOwner(x, at, { dsn: '5.4.6', reason });
  }
  const parts = splitAddress(at.address.toLowerCase(), x.settings.splitRules);
  if (parts.domain === undefined) x.warn(`no @ in recipient address: ${parts.local}`);
  const isIllegal = parts.extension?.includes('/') === true;
  if (isIllegal) x.warn(`${x.message.queueId}: address with illegal extension: ${parts.local}`);
  const inside: Expanded = {
    ...at,
    delivered: at.delivered ?? at.address,
    local: isIllegal ? parts.user : parts.local,
    user: parts.user,
    domain: parts.domain ?? '',
    extension: isIllegal ? undefined : parts.extension,
    unmatched: isIllegal ? undefined : parts.extension,
  };
  if (parts.user === '') {
    return bounce(x, inside, { dsn: '5.1.3', reason: `null username in "${at.address}"` });
  }
  return expandSwitch(x, inside);
}

function startOf(message: QueuedMessage, recipient: QueuedRecipient): Expanded {
  return {
    level: 0,
    address: recipient.address,
    originalAddress: recipient.originalAddress,
    notify: recipient.notify,
    orcpt: recipient.orcpt,
    sender: message.sender,
    envid: message.envid,
    ret: message.ret,
    local: '',
    user: '',
    extension: undefined,
    domain: '',
    unmatched: undefined,
    owner: undefined,
    delivered: undefined,
    kind: 'none',
    from: undefined,
    rights: { user: '', home: '' },
  };
}

/** Decides what local(8) would do with one recipient: no effect, not even a line of the log. */
export type LocalPlanner = (
  message: QueuedMessage,
  recipient: QueuedRecipient,
  deliveredTo: ReadonlySet<string>,
) => Promise<LocalPlan>;

export function createLocalPlanner(
  service: string,
  dependencies: Pick<AgentDependencies, 'config' | 'tables' | 'users' | 'rewriter' | 'resolver' | 'clock'>,
  settings: LocalSettings,
): LocalPlanner {
  const { config, tables, users, rewriter, resolver, clock } = dependencies;
  const mine = tables.forProgram('local');
  // what a pattern's $1 would put in comes from whoever sent the mail
  const open = (parameter: string) =>
    mine.maps(config.get(parameter), parameter, { allowsSubstitution: false });
  const maps: LocalMaps = {
    aliases: open('alias_maps'),
    mailboxTransport: open('mailbox_transport_maps'),
    mailboxCommand: open('mailbox_command_maps'),
    fallbackTransport: open('fallback_transport_maps'),
  };
  return async (message, recipient, deliveredTo) => {
    const recorder = createRecorder(clock, settings.duplicateFilterLimit);
    const x: Expansion = {
      ...recorder,
      service,
      settings,
      maps,
      users,
      rewriter,
      resolver,
      message,
      deliveredTo,
      address: (at, address) => expandAddress(x, at, address),
      text: (at, text) => expandText(x, at, text),
      file: (at, content) => expandLines(x, at, content),
    };
    await expandRecipient(x, startOf(message, recipient));
    return recorder.plan;
  };
}
