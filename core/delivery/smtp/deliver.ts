/**
 * Which servers a request is taken to, and when to stop (smtp_connect(3)): each next hop of a list, then the fallback
 * relays; of each its addresses in order, up to smtp_mx_address_limit of them and smtp_mx_session_limit sessions.
 * No address that is not this machine's is ever connected: it counts as one that does not answer.
 */
import path from 'node:path';
import { isLoopback } from '../../util/net-guard.ts';
import { describeError } from '../system-error.ts';
import type { Found, Target } from './addresses.ts';
import { failAll, note, sweep, type Attempt } from './attempt.ts';
import { openConnection } from './connection.ts';
import type { ConnectionCache } from './connection-cache.ts';
import { parseDestination, splitNexthop, type Destination } from './destination.ts';
import { hello } from './hello.ts';
import { createSession, namaddrport, type Peer, type Session } from './session.ts';
import { findTlsLevel, isTlsRequired, type TlsLevel } from './tls-level.ts';
import { probe, quit, transact, type Parcel } from './transaction.ts';

/** Whether sessions may be taken from the cache, and left there. */
export interface CachePolicy {
  readonly loads: boolean;
  readonly stores: boolean;
}

export interface Courier {
  readonly attempt: Attempt;
  readonly parcel: Parcel;
  readonly cache: ConnectionCache;
  readonly cachePolicy: (destination: string) => Promise<CachePolicy>;
  readonly findTargets: (destination: Destination) => Promise<Found>;
}

/** One next hop being tried. */
interface Hop {
  readonly courier: Courier;
  readonly destination: Destination;
  readonly policy: CachePolicy;
  /** Where the first good session is kept for the next message; taken off when there is one. */
  label: string | undefined;
  /** Nothing comes after this next hop. */
  readonly isFinal: boolean;
  readonly bestPreference: number;
  targets: readonly Target[];
  sessions: number;
}

const hasWork = ({ left }: Attempt): boolean => left.length > 0;
const addressLabel = (peer: Peer): string => `address ${peer.address} ${peer.port}`;

/** The postmaster is to hear of a session in which one side did not speak SMTP (notify_classes). */
function tellOf(attempt: Attempt, session: Session): void {
  if (!session.hasProtocolError) return;
  session.hasProtocolError = false;
  attempt.transcripts.push({
    program: attempt.settings.mode === 'smtp' ? 'SMTP client' : 'LMTP client',
    peer: namaddrport(session.peer),
    lines: [...session.history],
  });
}

/** After a session: it is kept or closed, and what is decided leaves the list. */
async function leave(courier: Courier, session: Session, label: string | undefined): Promise<void> {
  const { attempt, cache } = courier;
  tellOf(attempt, session);
  const isExpired = attempt.clock.now() >= session.expiresAt;
  if (session.mayBeKept && isExpired) await quit(attempt, session);
  if (session.mayBeKept && !session.connection.isDead) {
    cache.save(session, [addressLabel(session.peer), ...(label === undefined ? [] : [label])]);
  } else {
    session.connection.close();
  }
  attempt.session = undefined;
  attempt.connectedAt = undefined;
  sweep(attempt);
}

/** What is done with a session, closing it whatever happens. */
async function within(courier: Courier, session: Session, use: () => Promise<void>): Promise<void> {
  courier.attempt.session = session;
  try {
    await use();
  } catch (error) {
    session.connection.close();
    throw error;
  }
}

/** A session of the cache that still answers. */
async function takeCached(courier: Courier, key: string, policy: CachePolicy): Promise<Session | undefined> {
  const { attempt, cache } = courier;
  const session = cache.take(key);
  if (session === undefined) return undefined;
  if (!(await probe(attempt, session))) {
    session.connection.close();
    return undefined;
  }
  const { reuseCount } = attempt.settings;
  session.reuses += 1;
  session.mayBeKept = policy.stores && (reuseCount === 0 || session.reuses + 1 < reuseCount);
  note(attempt, 'info', `uses the connection to ${namaddrport(session.peer)} again`, {
    source: {
      kind: 'parameter',
      name: attempt.settings.parameter('connection_cache_on_demand'),
      value: 'yes',
    },
  });
  return session;
}

/** Uses a session of the cache for what is left, and takes its address off the list. */
async function useCached(hop: Hop, session: Session): Promise<void> {
  const { courier } = hop;
  const { attempt } = courier;
  const { addressLimit, sessionLimit } = attempt.settings;
  hop.sessions += 1;
  const isEnough = hop.sessions === sessionLimit || hop.sessions === addressLimit;
  hop.targets = isEnough ? [] : hop.targets.filter(({ address }) => address !== session.peer.address);
  if (hop.isFinal && hop.targets.length === 0) attempt.isFinalServer = true;
  await within(courier, session, () => transact(attempt, session, courier.parcel));
  const { label } = hop;
  if (session.mayBeKept) hop.label = undefined;
  await leave(courier, session, label);
}

/** First whatever session there is for the next hop, then those to its best addresses. */
async function tryCached(hop: Hop): Promise<void> {
  const { courier, policy, destination } = hop;
  const { attempt } = courier;
  if (hop.label !== undefined && hop.targets.length > 0) {
    const session = await takeCached(courier, hop.label, policy);
    if (session !== undefined) await useCached(hop, session);
  }
  for (const { host, address, preference } of hop.targets) {
    if (!hasWork(attempt) || preference !== hop.bestPreference || hop.targets.length === 0) return;
    const key = addressLabel({ host, address, port: destination.port });
    const session = await takeCached(courier, key, policy);
    if (session === undefined) continue;
    session.isBest = true;
    await useCached(hop, session);
  }
}

/** Connects. undefined: it cannot be; the log and `attempt.why` say why. */
async function connect(attempt: Attempt, peer: Peer): Promise<Session | undefined> {
  const { settings, log, clock } = attempt;
  attempt.why = undefined;
  const isUnix = peer.port === 0;
  const localAddress = peer.address.includes(':') ? settings.bindAddress6 : settings.bindAddress;
  const endpoint = isUnix
    ? { path: path.resolve(settings.queueDirectory, peer.address) }
    : { host: peer.address, port: peer.port };
  const where = `connect to ${namaddrport(peer)}`;
  let trouble: string;
  if (!isUnix && !isLoopback(peer.address)) {
    trouble = `${where}: not a loopback address, and nothing leaves this machine`;
  } else {
    try {
      const connection = await openConnection({
        endpoint,
        timeoutMs: settings.timeouts.connect,
        localAddress: isUnix ? '' : localAddress.replace(/^\[(.*)\]$/, '$1'),
        clock,
      });
      return createSession({ settings, log, clock }, peer, connection);
    } catch (error) {
      trouble = `${where}: ${describeError(error)}`;
    }
  }
  attempt.why = { dsn: '4.4.1', reason: trouble };
  if (!isUnix) log.info(trouble);
  note(attempt, 'defer', trouble);
  return undefined;
}

interface Server {
  readonly peer: Peer;
  readonly preference: number;
  readonly level: TlsLevel;
  readonly isLast: boolean;
}

/** Talks to a server. True: it came as far as an envelope. */
async function converse(hop: Hop, server: Server, session: Session): Promise<boolean> {
  const { courier, destination, policy } = hop;
  const { attempt } = courier;
  const { settings } = attempt;
  session.isBest = server.preference === hop.bestPreference;
  session.mayBeKept = policy.stores;
  attempt.isFinalServer ||= hop.isFinal && server.isLast;
  const detectsLoops = settings.mode === 'smtp' && destination.port === 25;
  const isGreeted = await hello({ attempt, session, tls: server.level, detectsLoops });
  if (!isGreeted) {
    await quit(attempt, session);
    return false;
  }
  attempt.isFinalServer ||= hop.isFinal && hop.sessions + 1 === settings.sessionLimit;
  await transact(attempt, session, courier.parcel);
  return true;
}

/** The level of TLS for a server; undefined: it is passed over, and `attempt.why` may say why. */
async function levelFor(hop: Hop, host: string): Promise<TlsLevel | undefined> {
  const { destination, courier } = hop;
  const { attempt } = courier;
  const { settings, log } = attempt;
  const answer = await findTlsLevel(destination, settings, log);
  if (answer.kind === 'failed') {
    attempt.why = answer.trouble;
    log.warning(`TLS policy lookup for ${destination.text}/${host}: ${answer.trouble.reason}`);
    return undefined;
  }
  if (!settings.tls.isWrapped) return answer.level;
  if (isTlsRequired(answer.level)) {
    attempt.why = { dsn: '4.7.5', reason: 'TLS is required, but our TLS engine is unavailable' };
  } else {
    const [wrapped, level] = ['tls_wrappermode', 'tls_security_level'].map(settings.parameter);
    log.warning(`${wrapped ?? ''} requires "${level ?? ''} = encrypt" (or stronger)`);
  }
  return undefined;
}

/** Tries the addresses of a next hop in order. */
async function tryTargets(hop: Hop): Promise<void> {
  const { courier, destination, policy } = hop;
  const { attempt } = courier;
  const { addressLimit, sessionLimit } = attempt.settings;
  let tried = hop.sessions;
  for (const [i, { host, address, preference }] of hop.targets.entries()) {
    if (!hasWork(attempt)) return;
    tried += 1;
    const isLast = i === hop.targets.length - 1 || tried === addressLimit;
    const peer = { host, address, port: destination.port };
    const level = await levelFor(hop, host);
    if (level !== undefined) {
      const mayReuse = policy.loads && preference !== hop.bestPreference;
      const cached = mayReuse ? await takeCached(courier, addressLabel(peer), policy) : undefined;
      const session = cached ?? (await connect(attempt, peer));
      if (session !== undefined) {
        await within(courier, session, async () => {
          const server = { peer, preference, level, isLast };
          if (cached !== undefined) await transact(attempt, cached, courier.parcel);
          else if (!(await converse(hop, server, session))) return;
          hop.sessions += 1;
        });
        const { label } = hop;
        if (session.mayBeKept) hop.label = undefined;
        await leave(courier, session, label);
      }
    }
    if (isLast || hop.sessions === sessionLimit) return;
  }
}

const isLoop = (dsn: string | undefined): boolean => dsn?.endsWith('.4.6') === true;

const portHint = (attempt: Attempt, { port }: Destination): void => {
  const { settings, log } = attempt;
  if (!settings.helpfulWarnings || settings.tls.isWrapped || port !== 465) return;
  const [wrapped, level] = ['tls_wrappermode', 'tls_security_level'].map(settings.parameter);
  log.info(
    `SMTPS wrappermode (TCP port 465) requires setting "${wrapped ?? ''} = yes", and "${level ?? ''} = encrypt" (or stronger)`,
  );
};

/** One next hop. True: nothing comes after it. */
async function tryHop(courier: Courier, text: string, place: { isFirst: boolean; isLast: boolean }) {
  const { attempt } = courier;
  const destination = parseDestination(text, attempt.settings);
  portHint(attempt, destination);
  const found = await courier.findTargets(destination);
  attempt.why = found.trouble;
  const { targets } = found;
  const isFinal = place.isLast || found.isMine || (targets.length === 0 && isLoop(found.trouble?.dsn));
  note(attempt, targets.length === 0 ? 'defer' : 'info', `next hop ${text}: ${found.how}`, {
    detail:
      targets.length === 0
        ? (found.trouble?.reason ?? '')
        : targets.map(({ host, address }) => `${host}[${address}]:${destination.port}`).join(', then '),
  });
  const policy =
    place.isFirst && targets.length > 0
      ? await courier.cachePolicy(destination.host)
      : { loads: false, stores: false };
  const hop: Hop = {
    courier,
    destination,
    policy,
    label: policy.loads || policy.stores ? `next hop ${text}` : undefined,
    isFinal,
    bestPreference: targets[0]?.preference ?? 0,
    targets,
    sessions: 0,
  };
  if (policy.loads) await tryCached(hop);
  await tryTargets(hop);
  return isFinal;
}

/** Hard trouble that the configuration is to blame for is kept soft. True: the mail goes elsewhere (best_mx_transport). */
function excuse(attempt: Attempt, at: { isFallback: boolean; first: string }): boolean {
  const { settings, log, why } = attempt;
  if (why === undefined) {
    attempt.why = { dsn: '4.3.0', reason: 'server unavailable or unable to receive mail' };
    return false;
  }
  if (why.dsn.startsWith('4')) return false;
  const isSmtp = settings.mode === 'smtp';
  const culprit = at.isFallback
    ? settings.parameter('fallback_relay')
    : isSmtp && at.first === settings.relayhost
      ? 'relayhost'
      : undefined;
  if (culprit !== undefined) {
    log.warning(`${culprit} configuration problem`);
    attempt.why = { ...why, dsn: '4.3.5' };
    return false;
  }
  return isSmtp && isLoop(why.dsn) && settings.bestMxTransport !== '';
}

async function deliverInet(courier: Courier, nexthop: string): Promise<boolean> {
  const { attempt } = courier;
  const own = splitNexthop(nexthop);
  const all = [...own, ...splitNexthop(attempt.settings.fallbackRelay)];
  let at = 0;
  for (; at < all.length && hasWork(attempt); at++) {
    const place = { isFirst: at === 0, isLast: at === all.length - 1 };
    if (await tryHop(courier, all[at] ?? '', place)) break;
  }
  if (!hasWork(attempt)) return false;
  return excuse(attempt, { isFallback: at >= own.length, first: own[0] ?? '' });
}

async function deliverUnix(courier: Courier, socketPath: string): Promise<void> {
  const { attempt } = courier;
  const { settings, log } = attempt;
  if (settings.fallbackRelay !== '') {
    const setting = `${settings.parameter('fallback_relay')} = ${settings.fallbackRelay}`;
    log.warning(`ignoring "${setting}" setting for non-TCP connections`);
  }
  const policy = await courier.cachePolicy(socketPath);
  const peer: Peer = { host: settings.myhostname, address: socketPath, port: 0 };
  attempt.isFinalServer = true;
  const cached = policy.loads ? await takeCached(courier, addressLabel(peer), policy) : undefined;
  const session = cached ?? (await connect(attempt, peer));
  if (session === undefined) return;
  if (cached === undefined) session.mayBeKept = policy.stores;
  await within(courier, session, async () => {
    const greeted = { attempt, session, tls: 'none', detectsLoops: false } as const;
    if (cached !== undefined || (await hello(greeted))) await transact(attempt, session, courier.parcel);
    else await quit(attempt, session);
  });
  await leave(courier, session, undefined);
}

/**
 * Takes the recipients to a server. Whoever is left at the end shares the last trouble.
 * @returns true when they are to be handed to best_mx_transport instead
 */
export async function deliver(courier: Courier, nexthop: string): Promise<boolean> {
  const { attempt } = courier;
  const isLmtp = attempt.settings.mode === 'lmtp';
  let isForBestMx = false;
  if (isLmtp && nexthop.startsWith('unix:')) await deliverUnix(courier, nexthop.slice('unix:'.length));
  else {
    const isMarked = isLmtp && nexthop.startsWith('inet:');
    isForBestMx = await deliverInet(courier, isMarked ? nexthop.slice('inet:'.length) : nexthop);
  }
  if (isForBestMx || !hasWork(attempt)) return isForBestMx;
  attempt.isFinalServer = true;
  const { why } = attempt;
  if (why !== undefined) await failAll(attempt, why, true);
  sweep(attempt);
  return false;
}
