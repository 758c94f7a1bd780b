/**
 * trivial-rewrite(8), `resolve`: which class an address belongs to, and by which transport to which next hop it goes.
 *
 * Order: routing through this machine is undone (strip-local.ts); the domain chooses the class: local
 * (mydestination), virtual alias, virtual mailbox, relay, default; the class has a transport, relayhost and
 * sender_dependent_* may set the next hop; transport_maps override both; relocated_maps come last. A syntax error in
 * the domain makes an address `unresolvable`, a failing table `unavailable` (the mail waits).
 *
 * Documents: ADDRESS_CLASS_README, transport(5), relocated(5), postconf(5). Whether the next hop is this machine is
 * not asked here: the delivery agent refuses others.
 */
import type { Config } from '../config/config.ts';
import type { Source } from '../mail/journey.ts';
import { parseIp } from '../tables/ip.ts';
import type { ListMatch } from '../tables/match-list.ts';
import type { LookupResult, Maps, Tables } from '../tables/table.ts';
import type { LogFactory } from '../util/log.ts';
import type { DomainClass } from './domain-classes.ts';
import { createDomainClasses, parameterSource } from './domain-classes.ts';
import { createAddressFinder } from './find.ts';
import { isValidMailHostLiteral, isValidUtf8Hostname } from './hostname.ts';
import { createLocalDomains } from './local-domain.ts';
import type { AddressClass, AddressResolver, AddressRewriter, Resolution } from './resolution.ts';
import { rewriteRules } from './rewrite.ts';
import type { StripRules, Stripped } from './strip-local.ts';
import { stripLocalDomains } from './strip-local.ts';
import type { Route } from './transport.ts';
import { applyEntry, createTransportTable, splitRoute } from './transport.ts';

export interface ResolverDependencies {
  readonly config: Config;
  readonly tables: Tables;
  readonly log: LogFactory;
  /** Not asked: what it does to an address is done here with the same rules. */
  readonly rewriter?: AddressRewriter;
}

type Unavailable = Extract<Resolution, { kind: 'unavailable' }>;

interface Decision {
  readonly class: AddressClass;
  readonly route: Route;
  readonly source: Source;
}

const UNAVAILABLE: Unavailable = { kind: 'unavailable', reason: 'address resolver failure' };
const BAD_SYNTAX: Resolution = { kind: 'unresolvable', reason: 'bad address syntax' };

const tableSource = (result: Extract<LookupResult, { kind: 'found' }>): Source => ({
  kind: 'table',
  table: result.table,
  key: result.key,
  value: result.value,
  ...(result.line === undefined ? {} : { line: result.line }),
});

/** Whether the local part has routing that the next machine might follow (RESOLVE_FLAG_ROUTED). */
function isRouted(address: string, domain: string): boolean {
  const operator = address.search(/[@!%]/);
  return address.slice(operator + 1) !== domain;
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

export function createResolver(deps: ResolverDependencies): AddressResolver {
  const { config } = deps;
  const tables = deps.tables.forProgram('trivial-rewrite');
  const log = deps.log('trivial-rewrite', config.get('syslog_name') || 'postfix');
  const shared = { config, tables };
  const rules = stripRules(config);
  const locals = createLocalDomains(shared);
  const classes = createDomainClasses(shared);
  const finder = createAddressFinder(shared);
  const transports = createTransportTable({ ...shared, finder });
  const withoutSubstitution = { allowsSubstitution: false };
  const senderTransports = tables.maps(
    config.get('sender_dependent_default_transport_maps'),
    'sender_dependent_default_transport_maps',
    withoutSubstitution,
  );
  const senderRelays = tables.maps(
    config.get('sender_dependent_relayhost_maps'),
    'sender_dependent_relayhost_maps',
    withoutSubstitution,
  );
  const relocated = tables.maps(config.get('relocated_maps'), 'relocated_maps');
  const allowsUtf8 = config.boolean('smtputf8_enable');
  const allowsNumericDomain = config.boolean('resolve_numeric_domain');
  const allowsLeadingMinus = config.boolean('allow_min_user');
  const warnsOfConflicts = config.boolean('helpful_warnings');
  const namesTable = config.boolean('show_user_unknown_table_name');
  const relayhost = config.get('relayhost');

  function failed(what: string): Unavailable {
    log.warning(`${what} lookup failure`);
    return UNAVAILABLE;
  }

  function tableProblem(parameter: string, match: Extract<ListMatch, { kind: 'unavailable' }>): Unavailable {
    log.warning(`${parameter}: ${match.table}: table lookup problem`);
    return failed(parameter);
  }

  /** A domain in two lists: what happens then is left to the order, and may be a mistake. */
  async function warnOfConflicts(domain: string, parameter: string, others: readonly DomainClass[]) {
    if (!warnsOfConflicts) return;
    for (const other of others) {
      const match = await other.domains.match(domain);
      if (match.kind !== 'found') continue;
      log.warning(`do not list domain ${domain} in BOTH ${parameter} and ${other.parameter}`);
    }
  }

  /** The route of a class whose transport is a parameter; the list of domains is the source unless that is set. */
  function classDecision(name: AddressClass, list: string, transport: string, nexthop: string): Decision {
    const chosen = splitRoute(config.get(transport));
    const isSet = config.setting(transport) !== undefined;
    return {
      class: name,
      route: { transport: chosen.transport, nexthop: chosen.nexthop || nexthop },
      source: parameterSource(config, isSet ? transport : list),
    };
  }

  async function localDecision(domain: string): Promise<Decision> {
    await warnOfConflicts(
      domain,
      'mydestination',
      classes.filter(({ class: name }) => name !== 'relay'),
    );
    return classDecision('local', 'mydestination', 'local_transport', domain);
  }

  /** sender_dependent_*_maps: an empty or DUNNO result means as usual. */
  async function bySender(maps: Maps, parameter: string, sender: string, nullKey: string) {
    if (maps.isEmpty) return undefined;
    const key = sender === '' ? config.get(nullKey) : sender;
    const { result } = await finder.find(maps, key);
    if (result.kind === 'unavailable') return failed(parameter);
    if (result.kind === 'absent') return undefined;
    return result;
  }

  async function nexthopOutside(domain: string, sender: string) {
    const relay = await bySender(
      senderRelays,
      'sender_dependent_relayhost_maps',
      sender,
      'empty_address_relayhost_maps_lookup_key',
    );
    if (relay?.kind === 'unavailable') return relay;
    if (relay !== undefined) {
      const isAsUsual = relay.value.toUpperCase() === 'DUNNO';
      return {
        nexthop: isAsUsual ? domain : relay.value,
        source: isAsUsual ? undefined : tableSource(relay),
      };
    }
    if (relayhost === '') return { nexthop: domain, source: undefined };
    return { nexthop: relayhost, source: parameterSource(config, 'relayhost') };
  }

  async function defaultRoute(sender: string): Promise<{ text: string; source: Source } | Unavailable> {
    const usual = () => ({
      text: config.get('default_transport'),
      source: parameterSource(config, 'default_transport'),
    });
    const found = await bySender(
      senderTransports,
      'sender_dependent_default_transport_maps',
      sender,
      'empty_address_default_transport_maps_lookup_key',
    );
    if (found === undefined) return usual();
    if (found.kind === 'unavailable') return found;
    return found.value.toUpperCase() === 'DUNNO'
      ? usual()
      : { text: found.value, source: tableSource(found) };
  }

  async function outsideDecision(
    domain: string,
    sender: string,
    isRelay: boolean,
  ): Promise<Decision | Unavailable> {
    const name = isRelay ? 'relay' : 'default';
    const chosen = isRelay
      ? { text: config.get('relay_transport'), source: parameterSource(config, 'relay_domains') }
      : await defaultRoute(sender);
    if ('kind' in chosen) return chosen;
    const hop = await nexthopOutside(domain, sender);
    if ('kind' in hop) return hop;
    const route = splitRoute(chosen.text);
    if (route.nexthop !== '') return { class: name, route, source: chosen.source };
    const source = hop.source ?? chosen.source;
    return { class: name, route: { transport: route.transport, nexthop: hop.nexthop }, source };
  }

  async function decideClass(domain: string, sender: string): Promise<Decision | Unavailable> {
    for (const [i, { class: name, parameter, domains }] of classes.entries()) {
      const match = await domains.match(domain);
      if (match.kind === 'unavailable') return tableProblem(parameter, match);
      if (match.kind === 'absent') continue;
      await warnOfConflicts(domain, parameter, classes.slice(i + 1));
      if (name === 'relay') return outsideDecision(domain, sender, true);
      if (name === 'virtual-mailbox') return classDecision(name, parameter, 'virtual_transport', domain);
      const nexthop = `5.1.1 User unknown${namesTable ? ' in virtual alias table' : ''}`;
      const source = parameterSource(config, parameter);
      return { class: name, route: { transport: 'error', nexthop }, source };
    }
    return outsideDecision(domain, sender, false);
  }

  /** The transport table has the last word on everything but virtual alias domains. */
  async function withTransportTable(
    decision: Decision,
    address: string,
    domain: string,
  ): Promise<Decision | Unavailable> {
    if (transports.maps.isEmpty || decision.class === 'virtual-alias') return decision;
    const found = await transports.lookup(address);
    if (found.kind === 'unavailable') return failed('transport_maps');
    if (found.kind === 'absent') return decision;
    const route = applyEntry(found.value, decision.route, domain);
    return route === decision.route ? decision : { ...decision, route, source: tableSource(found) };
  }

  async function withRelocation(decision: Decision, address: string): Promise<Decision | Unavailable> {
    if (relocated.isEmpty) return decision;
    const { result } = await finder.find(relocated, address);
    if (result.kind === 'unavailable') return failed('relocated_maps');
    if (result.kind === 'absent') return decision;
    const route = { transport: 'error', nexthop: `5.1.6 User has moved to ${result.value}` };
    return { ...decision, route, source: tableSource(result) };
  }

  /** The address with a well-formed domain; undefined where it has none. */
  function checkDomain(address: string): string | undefined {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (domain.startsWith('[')) return isValidMailHostLiteral(domain) ? address : undefined;
    if (isValidUtf8Hostname(domain, allowsUtf8)) return address;
    if (!allowsNumericDomain || parseIp(domain) === undefined) return undefined;
    return `${address.slice(0, address.length - domain.length)}[${domain}]`;
  }

  async function decide(
    stripped: Extract<Stripped, { kind: 'address' }>,
    sender: string,
  ): Promise<Resolution> {
    const recipient = checkDomain(stripped.address);
    if (recipient === undefined) return BAD_SYNTAX;
    const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
    let { isLocal } = stripped;
    if (recipient !== stripped.address) {
      const match = await locals.match(domain);
      if (match.kind === 'unavailable') return tableProblem('mydestination', match);
      isLocal = match.kind === 'found';
    }
    const first = isLocal ? await localDecision(domain) : await decideClass(domain, sender);
    if ('kind' in first) return first;
    if (first.route.transport === '') {
      log.warning(`file ${config.directory}/main.cf: null transport is not allowed`);
      return UNAVAILABLE;
    }
    const routed = await withTransportTable(first, recipient, domain);
    if ('kind' in routed) return routed;
    const last = await withRelocation(routed, recipient);
    if ('kind' in last) return last;
    if (!allowsLeadingMinus && recipient.startsWith('-')) return BAD_SYNTAX;
    return {
      kind: 'resolved',
      class: last.class,
      ...last.route,
      recipient,
      routed: isRouted(recipient, domain),
      source: last.source,
    };
  }

  return {
    async resolve(address, sender) {
      const stripped = await stripLocalDomains(address, rules, (domain) => locals.match(domain));
      if (stripped.kind === 'address') return decide(stripped, sender);
      if (stripped.kind === 'unavailable') return tableProblem('mydestination', stripped);
      log.warning(`resolve_addr: <${address}>: giving up after ${address.length + 100} iterations`);
      return UNAVAILABLE;
    },
  };
}
