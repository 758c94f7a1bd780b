/** What happens when a client connects, or XCLIENT makes it another one: limits, privileges, restrictions, banner. */
import type { ListMatch, MatchList } from '../tables/match-list.ts';
import { chain, type Maybe } from '../tables/maybe.ts';
import { replies } from './replies.ts';
import type { Session } from './session.ts';
import { parseEhloKeywords } from './settings.ts';

/** The client's place among the connections that anvil counts. */
export interface Greeting {
  leave(): void;
}

const UNCOUNTED: Greeting = {
  leave() {
    // Not counted, so there is nothing to give back.
  },
};

/** @param previous what an earlier greeting of this session counted; XCLIENT gives that place back */
export async function greet(session: Session, previous: Greeting | undefined): Promise<Greeting> {
  previous?.leave();
  session.where = 'CONNECT';
  session.accessDenied = false;
  await readPrivileges(session, previous === undefined);
  const greeting = countConnection(session);
  if (session.isHangingUp) return greeting;
  const { settings, policy } = session.service;
  if (!settings.delaysReject && session.apply(await policy.client(session.facts()))) {
    session.accessDenied = true;
    session.errors.add('policy');
    session.errorCount++;
    return greeting;
  }
  session.say(session.service.banner);
  return greeting;
}

/** Who the client is decides what it may do; XFORWARD stays with the client that connected. */
async function readPrivileges(session: Session, isFirst: boolean): Promise<void> {
  const { service } = session;
  const { name, address } = session.client;
  const isIn = (match: ListMatch) => match.kind === 'found';
  const matches = (list: MatchList) => !list.isEmpty && chain(list.match(name, address), isIn);
  session.isXclientAllowed = await matches(service.xclientHosts);
  if (isFirst) session.isXforwardAllowed = await matches(service.xforwardHosts);
  session.isEventExempt = session.isXclientAllowed || (await matches(service.eventExceptions));
  const { bareNewline } = service.settings;
  const isExcluded = bareNewline !== 'allow' && (await matches(service.bareNewlineExclusions));
  session.bareNewline = isExcluded ? 'allow' : bareNewline;
  session.discardedKeywords = await discardedKeywords(session, address);
  if (!service.rejectFooterMaps.isEmpty) {
    const footer = await service.rejectFooterMaps.lookup(address);
    if (footer.kind === 'found') session.setFooter(footer.value);
  }
}

function discardedKeywords(session: Session, address: string): Maybe<ReadonlySet<string>> {
  const { discardKeywordMaps, settings } = session.service;
  if (discardKeywordMaps.isEmpty) return settings.discardedKeywords;
  return chain(discardKeywordMaps.lookup(address), (result) =>
    result.kind === 'found' ? parseEhloKeywords(result.value) : settings.discardedKeywords,
  );
}

/** smtpd_client_connection_count_limit, smtpd_client_connection_rate_limit */
function countConnection(session: Session): Greeting {
  if (session.isEventExempt) return UNCOUNTED;
  const { anvil, name, logger, settings } = session.service;
  const { address } = session.client;
  const key = `${name}:${address}`;
  const { count, rate } = anvil.connect(key, settings.rateUnitMs);
  const { connectionCountLimit: countLimit, connectionRateLimit: rateLimit } = settings;
  const about = `from ${session.clientLabel} for service ${name}`;
  if (countLimit > 0 && count > countLimit) {
    logger.warning(`Connection concurrency limit exceeded: ${count} ${about}`);
    session.complain('policy', replies.tooManyConnections(settings.myhostname, address));
  } else if (rateLimit > 0 && rate > rateLimit) {
    logger.warning(`Connection rate limit exceeded: ${rate} ${about}`);
    session.complain('policy', replies.tooManyConnections(settings.myhostname, address));
  }
  let isHere = true;
  return {
    leave() {
      if (isHere) anvil.disconnect(key);
      isHere = false;
    },
  };
}
