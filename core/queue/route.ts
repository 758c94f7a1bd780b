/** Where each recipient goes: transport, next hop and the name of its destination queue (qmgr_message_resolve). */
import { splitAddress, splitRules, type SplitRules } from '../address/parse.ts';
import type { Resolution } from '../address/resolution.ts';
import type { Config } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { QueuedMessage, QueuedRecipient } from '../mail/message.ts';
import type { QmgrWorld } from './world.ts';

export type Route =
  | {
      readonly kind: 'transport';
      readonly transport: string;
      readonly nexthop: string;
      readonly recipient: QueuedRecipient;
      readonly journey: JourneyEntry;
    }
  /** Mail to double-bounce: nobody reads it. */
  | { readonly kind: 'discard'; readonly recipient: QueuedRecipient };

export interface RouteRules {
  readonly deferTransports: ReadonlySet<string>;
  readonly doubleBounceSender: string;
  readonly defaultFilterNexthop: string;
  readonly myhostname: string;
  readonly splitRules: SplitRules;
}

export function readRouteRules(config: Config): RouteRules {
  return {
    deferTransports: new Set(config.list('defer_transports')),
    doubleBounceSender: config.get('double_bounce_sender').toLowerCase(),
    defaultFilterNexthop: config.get('default_filter_nexthop'),
    myhostname: config.get('myhostname'),
    splitRules: splitRules(config),
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** A content filter takes every recipient, whatever its address (FILTER_README). */
function filterRoute(
  filter: string,
  address: string,
  rules: RouteRules,
): [transport: string, nexthop: string] {
  const colon = filter.indexOf(':');
  const transport = colon < 0 ? filter : filter.slice(0, colon);
  const nexthop = colon < 0 ? '' : filter.slice(colon + 1);
  if (nexthop !== '') return [transport, nexthop];
  const domain = address.includes('@') ? domainOf(address) : '';
  return [transport, rules.defaultFilterNexthop || domain || rules.myhostname];
}

function describe(resolution: Resolution, at: number, recipient: string): JourneyEntry {
  const entry = { at, program: 'trivial-rewrite', recipient } as const;
  if (resolution.kind !== 'resolved') {
    const verdict = resolution.kind === 'unavailable' ? 'defer' : 'bad';
    return { ...entry, verdict, what: `${resolution.kind}: ${resolution.reason}` };
  }
  const { class: addressClass, transport, nexthop, source } = resolution;
  const what = `${addressClass} -> ${transport}${nexthop === '' ? '' : `:${nexthop}`}`;
  return { ...entry, verdict: 'info', what, source };
}

function isDoubleBounce(resolution: Resolution, rules: RouteRules): boolean {
  if (resolution.kind !== 'resolved' || resolution.class !== 'local') return false;
  const { recipient } = resolution;
  const at = recipient.lastIndexOf('@');
  return (at < 0 ? recipient : recipient.slice(0, at)).toLowerCase() === rules.doubleBounceSender;
}

/** A recipient of a message that is expired by force and was never tried: the answer it is returned with. */
export function expiredRoute(recipient: QueuedRecipient, at: number): Route & { kind: 'transport' } {
  const nexthop = '4.7.0 message is administratively expired';
  const what = 'expired by force: not tried';
  const journey: JourneyEntry = { at, program: 'qmgr', verdict: 'bad', what, recipient: recipient.address };
  return { kind: 'transport', transport: 'retry', nexthop, recipient, journey };
}

export interface RouteQuestion {
  readonly message: QueuedMessage;
  readonly recipient: QueuedRecipient;
  readonly isFlushed: boolean;
  readonly at: number;
}

/** Decides the route of one recipient. */
export async function routeRecipient(
  world: Pick<QmgrWorld, 'resolver'>,
  rules: RouteRules,
  question: RouteQuestion,
): Promise<Route> {
  const { message, recipient, at } = question;
  if (message.filter !== '' && !message.verify) {
    const [transport, nexthop] = filterRoute(message.filter, recipient.address, rules);
    const what = `content filter ${message.filter} takes it`;
    const journey: JourneyEntry = {
      at,
      program: 'qmgr',
      verdict: 'info',
      what,
      recipient: recipient.address,
    };
    return { kind: 'transport', transport, nexthop, recipient, journey };
  }
  const resolution = await world.resolver.resolve(recipient.address, message.sender);
  if (isDoubleBounce(resolution, rules)) return { kind: 'discard', recipient };
  const journey = describe(resolution, at, recipient.address);
  const route = (transport: string, nexthop: string, address = recipient.address): Route => ({
    kind: 'transport',
    transport,
    nexthop,
    recipient: address === recipient.address ? recipient : { ...recipient, address },
    journey,
  });
  if (resolution.kind === 'unavailable') return route('retry', '4.3.0 address resolver failure');
  if (resolution.kind === 'unresolvable') return route('error', '5.1.3 bad address syntax');
  if (resolution.recipient === '') return route('error', '5.1.3 null recipient address');
  if (rules.deferTransports.has(resolution.transport) && !question.isFlushed) {
    return route('retry', '4.3.2 deferred transport', resolution.recipient);
  }
  return route(resolution.transport, resolution.nexthop, resolution.recipient);
}

/**
 * The destination queue that a recipient waits in: the next hop, or `user@nexthop` for an agent that takes one
 * recipient at a time, so that one busy user does not hold up the others.
 */
export function queueNameOf(
  route: Route & { kind: 'transport' },
  recipientLimit: number,
  rules: RouteRules,
): string {
  const { transport, nexthop } = route;
  if (recipientLimit !== 1 || transport === 'error' || transport === 'retry') return nexthop.toLowerCase();
  return `${splitAddress(route.recipient.address, rules.splitRules).user}@${nexthop}`.toLowerCase();
}
