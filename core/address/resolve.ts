/**
 * trivial-rewrite(8), `resolve`: which class an address belongs to, and by which transport to which next hop it goes.
 *
 * Order: routing through this machine is undone (strip-local.ts); the domain chooses the class: local
 * (mydestination), virtual alias, virtual mailbox, relay, default; the class has a transport, relayhost and
 * sender_dependent_* may set the next hop (routes.ts); transport_maps override both; relocated_maps come last. A
 * syntax error in the domain makes an address `unresolvable`, a failing table `unavailable` (the mail waits).
 *
 * Documents: ADDRESS_CLASS_README, transport(5), relocated(5), postconf(5). Whether the next hop is this machine is
 * not asked here: the delivery agent refuses others.
 */
import type { Config } from '../config/config.ts';
import { parseIp } from '../tables/ip.ts';
import type { Maps, Tables } from '../tables/table.ts';
import type { Log, LogFactory } from '../util/log.ts';
import type { AddressFinder } from './find.ts';
import { createAddressFinder } from './find.ts';
import { isValidMailHostLiteral, isValidUtf8Hostname } from './hostname.ts';
import type { LocalDomains } from './local-domain.ts';
import { createLocalDomains } from './local-domain.ts';
import type { AddressResolver, AddressRewriter, Resolution } from './resolution.ts';
import { rewriteRules } from './rewrite.ts';
import type { Decision, Routes, Unavailable } from './routes.ts';
import { createRoutes, failedLookup, tableSource, UNAVAILABLE } from './routes.ts';
import type { StripRules, Stripped } from './strip-local.ts';
import { stripLocalDomains } from './strip-local.ts';
import type { TransportTable } from './transport.ts';
import { applyEntry, createTransportTable } from './transport.ts';

export interface ResolverDependencies {
  readonly config: Config;
  readonly tables: Tables;
  readonly log: LogFactory;
  /** Not asked: what it does to an address is done here with the same rules. */
  readonly rewriter?: AddressRewriter;
}

const BAD_SYNTAX: Resolution = { kind: 'unresolvable', reason: 'bad address syntax' };

interface Resolver {
  readonly config: Config;
  readonly log: Log;
  readonly strip: StripRules;
  readonly locals: LocalDomains;
  readonly routes: Routes;
  readonly finder: AddressFinder;
  readonly transports: TransportTable;
  readonly relocated: Maps;
  readonly allowsUtf8: boolean;
  readonly allowsNumericDomain: boolean;
  /** allow_min_user: a recipient may begin with `-`. */
  readonly allowsLeadingMinus: boolean;
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Whether the local part has routing that the next machine might follow (RESOLVE_FLAG_ROUTED). */
function isRouted(address: string): boolean {
  return address.slice(address.search(/[@!%]/) + 1) !== domainOf(address);
}

/** The address with a well-formed domain; undefined where it has none. */
function checkDomain(resolver: Resolver, address: string): string | undefined {
  const domain = domainOf(address);
  if (domain.startsWith('[')) return isValidMailHostLiteral(domain) ? address : undefined;
  if (isValidUtf8Hostname(domain, resolver.allowsUtf8)) return address;
  if (!resolver.allowsNumericDomain || parseIp(domain) === undefined) return undefined;
  return `${address.slice(0, address.length - domain.length)}[${domain}]`;
}

/** The transport table has the last word on everything but virtual alias domains. */
async function withTransportTable(
  { transports, log }: Resolver,
  decision: Decision,
  address: string,
): Promise<Decision | Unavailable> {
  if (transports.maps.isEmpty || decision.class === 'virtual-alias') return decision;
  const found = await transports.lookup(address);
  if (found.kind === 'unavailable') return failedLookup(log, 'transport_maps');
  if (found.kind === 'absent') return decision;
  const route = applyEntry(found.value, decision.route, domainOf(address));
  return route === decision.route ? decision : { ...decision, route, source: tableSource(found) };
}

async function withRelocation(
  { relocated, finder, log }: Resolver,
  decision: Decision,
  address: string,
): Promise<Decision | Unavailable> {
  if (relocated.isEmpty) return decision;
  const { result } = await finder.find(relocated, address);
  if (result.kind === 'unavailable') return failedLookup(log, 'relocated_maps');
  if (result.kind === 'absent') return decision;
  const route = { transport: 'error', nexthop: `5.1.6 User has moved to ${result.value}` };
  return { ...decision, route, source: tableSource(result) };
}

/** Whether a domain that became a literal just now is one of ours. */
async function isLocalLiteral(resolver: Resolver, domain: string): Promise<boolean | Unavailable> {
  const match = await resolver.locals.match(domain);
  if (match.kind === 'unavailable') return UNAVAILABLE;
  return match.kind === 'found';
}

async function decideRoute(
  resolver: Resolver,
  recipient: string,
  isLocal: boolean,
  sender: string,
): Promise<Decision | Unavailable> {
  const domain = domainOf(recipient);
  const first = isLocal
    ? await resolver.routes.local(domain)
    : await resolver.routes.notLocal(domain, sender);
  if ('kind' in first) return first;
  if (first.route.transport === '') {
    resolver.log.warning(`file ${resolver.config.directory}/main.cf: null transport is not allowed`);
    return UNAVAILABLE;
  }
  const routed = await withTransportTable(resolver, first, recipient);
  return 'kind' in routed ? routed : withRelocation(resolver, routed, recipient);
}

async function decide(
  resolver: Resolver,
  stripped: Extract<Stripped, { kind: 'address' }>,
  sender: string,
): Promise<Resolution> {
  const recipient = checkDomain(resolver, stripped.address);
  if (recipient === undefined) return BAD_SYNTAX;
  const isLocal =
    recipient === stripped.address ? stripped.isLocal : await isLocalLiteral(resolver, domainOf(recipient));
  if (typeof isLocal === 'object') return isLocal;
  const decision = await decideRoute(resolver, recipient, isLocal, sender);
  if ('kind' in decision) return decision;
  if (!resolver.allowsLeadingMinus && recipient.startsWith('-')) return BAD_SYNTAX;
  return {
    kind: 'resolved',
    class: decision.class,
    ...decision.route,
    recipient,
    routed: isRouted(recipient),
    source: decision.source,
  };
}

function stripRules(config: Config): StripRules {
  return {
    rewrite: rewriteRules(config),
    emptyAddress: config.get('empty_address_recipient'),
    myhostname: config.get('myhostname'),
    resolvesNullDomain: config.boolean('resolve_null_domain'),
    looksInsideQuotes: config.boolean('resolve_dequoted_address'),
  };
}

/**
 * A resolver for addresses as a client gave them: it completes them first (append_dot_mydomain and the like), as
 * smtpd(8) does. In the queue addresses are complete already; doing it twice could change them.
 */
export function completingResolver(world: {
  readonly resolver: AddressResolver;
  readonly rewriter: AddressRewriter;
}): AddressResolver {
  return {
    resolve: (address, sender) => world.resolver.resolve(world.rewriter.rewrite('local', address), sender),
  };
}

export function createResolver(deps: ResolverDependencies): AddressResolver {
  const { config } = deps;
  const tables = deps.tables.forProgram('trivial-rewrite');
  const log = deps.log('trivial-rewrite', config.get('syslog_name') || 'postfix');
  const shared = { config, tables, log };
  const finder = createAddressFinder(shared);
  const resolver: Resolver = {
    config,
    log,
    strip: stripRules(config),
    locals: createLocalDomains(shared),
    routes: createRoutes({ ...shared, finder }),
    finder,
    transports: createTransportTable({ ...shared, finder }),
    relocated: tables.maps(config.get('relocated_maps'), 'relocated_maps'),
    allowsUtf8: config.boolean('smtputf8_enable'),
    allowsNumericDomain: config.boolean('resolve_numeric_domain'),
    allowsLeadingMinus: config.boolean('allow_min_user'),
  };

  return {
    async resolve(address, sender) {
      const { locals } = resolver;
      const stripped = await stripLocalDomains(address, resolver.strip, (domain) => locals.match(domain));
      if (stripped.kind === 'address') return decide(resolver, stripped, sender);
      if (stripped.kind === 'unavailable') return UNAVAILABLE;
      log.warning(`resolve_addr: <${address}>: giving up after ${address.length + 100} iterations`);
      return UNAVAILABLE;
    },
  };
}
