/**
 * The route of a domain before the transport table is asked: its class's transport, and the next hop of that
 * transport, of relayhost or sender_dependent_relayhost_maps, or the domain itself.
 */
import type { Config } from '../config/config.ts';
import type { Source } from '../mail/journey.ts';
import type { LookupResult, Maps, Tables } from '../tables/table.ts';
import type { Log } from '../util/log.ts';
import type { DomainClass } from './domain-classes.ts';
import { createDomainClasses, parameterSource } from './domain-classes.ts';
import type { AddressFinder } from './find.ts';
import type { AddressClass, Resolution } from './resolution.ts';
import type { Route } from './transport.ts';
import { splitRoute } from './transport.ts';

export type Unavailable = Extract<Resolution, { kind: 'unavailable' }>;

/** qmgr defers with this. */
export const UNAVAILABLE: Unavailable = { kind: 'unavailable', reason: 'address resolver failure' };

export interface Decision {
  readonly class: AddressClass;
  readonly route: Route;
  readonly source: Source;
}

export function tableSource(result: Extract<LookupResult, { kind: 'found' }>): Source {
  const line = result.line === undefined ? {} : { line: result.line };
  return { kind: 'table', table: result.table, key: result.key, value: result.value, ...line };
}

interface Router {
  readonly config: Config;
  readonly log: Log;
  readonly finder: AddressFinder;
  readonly classes: readonly DomainClass[];
  /** sender_dependent_default_transport_maps, sender_dependent_relayhost_maps. */
  readonly senderTransports: SenderTable;
  readonly senderRelays: SenderTable;
  readonly warnsOfConflicts: boolean;
  readonly namesTable: boolean;
}

interface SenderTable {
  readonly parameter: string;
  readonly maps: Maps;
  /** What is looked up for the null sender. */
  readonly nullKey: string;
}

export function failedLookup(log: Log, parameter: string): Unavailable {
  log.warning(`${parameter} lookup failure`);
  return UNAVAILABLE;
}

/** A domain in two lists: which of them counts is left to the order, and may be a mistake. */
async function warnOfConflicts(
  { warnsOfConflicts, log }: Router,
  domain: string,
  parameter: string,
  others: readonly DomainClass[],
): Promise<void> {
  if (!warnsOfConflicts) return;
  for (const other of others) {
    const match = await other.domains.match(domain);
    if (match.kind !== 'found') continue;
    log.warning(`do not list domain ${domain} in BOTH ${parameter} and ${other.parameter}`);
  }
}

/** A class whose transport is a parameter: that is the source where somebody set it, else the list of domains. */
function byParameter(
  { config }: Router,
  domainClass: { readonly class: AddressClass; readonly parameter: string },
  transport: string,
  domain: string,
): Decision {
  const chosen = splitRoute(config.get(transport));
  const isSet = config.setting(transport) !== undefined;
  return {
    class: domainClass.class,
    route: { transport: chosen.transport, nexthop: chosen.nexthop || domain },
    source: parameterSource(config, isSet ? transport : domainClass.parameter),
  };
}

async function bySender(
  { finder, log }: Router,
  { parameter, maps, nullKey }: SenderTable,
  sender: string,
): Promise<Extract<LookupResult, { kind: 'found' }> | Unavailable | undefined> {
  if (maps.isEmpty) return undefined;
  const { result } = await finder.find(maps, sender === '' ? nullKey : sender);
  if (result.kind === 'unavailable') return failedLookup(log, parameter);
  return result.kind === 'found' ? result : undefined;
}

/** DUNNO ends the search; what the table would override counts (postconf(5)). */
const isAsUsual = (value: string): boolean => value.toUpperCase() === 'DUNNO';

interface Hop {
  readonly nexthop: string;
  /** Absent: the domain itself. */
  readonly source?: Source;
}

async function outsideHop(router: Router, domain: string, sender: string): Promise<Hop | Unavailable> {
  const relay = await bySender(router, router.senderRelays, sender);
  if (relay?.kind === 'unavailable') return relay;
  if (relay !== undefined && !isAsUsual(relay.value)) {
    return { nexthop: relay.value, source: tableSource(relay) };
  }
  const relayhost = router.config.get('relayhost');
  if (relayhost === '') return { nexthop: domain };
  return { nexthop: relayhost, source: parameterSource(router.config, 'relayhost') };
}

interface ChosenTransport {
  readonly text: string;
  readonly source: Source;
}

async function defaultTransport(router: Router, sender: string): Promise<ChosenTransport | Unavailable> {
  const { config } = router;
  const found = await bySender(router, router.senderTransports, sender);
  if (found?.kind === 'unavailable') return found;
  if (found !== undefined && !isAsUsual(found.value)) {
    return { text: found.value, source: tableSource(found) };
  }
  return { text: config.get('default_transport'), source: parameterSource(config, 'default_transport') };
}

function relayTransport({ config }: Router): ChosenTransport {
  const isSet = config.setting('relay_transport') !== undefined;
  const source = parameterSource(config, isSet ? 'relay_transport' : 'relay_domains');
  return { text: config.get('relay_transport'), source };
}

/** Classes relay and default: mail that leaves. */
async function outside(
  router: Router,
  name: 'relay' | 'default',
  domain: string,
  sender: string,
): Promise<Decision | Unavailable> {
  const chosen = name === 'relay' ? relayTransport(router) : await defaultTransport(router, sender);
  if ('kind' in chosen) return chosen;
  const hop = await outsideHop(router, domain, sender);
  if ('kind' in hop) return hop;
  const route = splitRoute(chosen.text);
  if (route.nexthop !== '') return { class: name, route, source: chosen.source };
  return {
    class: name,
    route: { transport: route.transport, nexthop: hop.nexthop },
    source: hop.source ?? chosen.source,
  };
}

async function notLocal(router: Router, domain: string, sender: string): Promise<Decision | Unavailable> {
  for (const [i, domainClass] of router.classes.entries()) {
    const { class: name, parameter } = domainClass;
    const match = await domainClass.domains.match(domain);
    if (match.kind === 'unavailable') return failedLookup(router.log, parameter);
    if (match.kind === 'absent') continue;
    await warnOfConflicts(router, domain, parameter, router.classes.slice(i + 1));
    if (name === 'relay') return outside(router, name, domain, sender);
    if (name === 'virtual-mailbox') return byParameter(router, domainClass, 'virtual_transport', domain);
    const nexthop = `5.1.1 User unknown${router.namesTable ? ' in virtual alias table' : ''}`;
    const source = parameterSource(router.config, parameter);
    return { class: name, route: { transport: 'error', nexthop }, source };
  }
  return outside(router, 'default', domain, sender);
}

async function local(router: Router, domain: string): Promise<Decision> {
  const others = router.classes.filter((other) => other.class !== 'relay');
  await warnOfConflicts(router, domain, 'mydestination', others);
  const domainClass = { class: 'local' as const, parameter: 'mydestination' };
  return byParameter(router, domainClass, 'local_transport', domain);
}

export interface Routes {
  local(domain: string): Promise<Decision>;
  notLocal(domain: string, sender: string): Promise<Decision | Unavailable>;
}

export function createRoutes(deps: {
  readonly config: Config;
  readonly tables: Tables;
  readonly log: Log;
  readonly finder: AddressFinder;
}): Routes {
  const { config, tables } = deps;
  const senderTable = (parameter: string, nullKey: string): SenderTable => ({
    parameter,
    maps: tables.maps(config.get(parameter), parameter, { allowsSubstitution: false }),
    nullKey: config.get(nullKey),
  });
  const router: Router = {
    ...deps,
    classes: createDomainClasses(deps),
    senderTransports: senderTable(
      'sender_dependent_default_transport_maps',
      'empty_address_default_transport_maps_lookup_key',
    ),
    senderRelays: senderTable('sender_dependent_relayhost_maps', 'empty_address_relayhost_maps_lookup_key'),
    warnsOfConflicts: config.boolean('helpful_warnings'),
    namesTable: config.boolean('show_user_unknown_table_name'),
  };
  return {
    local: (domain) => local(router, domain),
    notLocal: (domain, sender) => notLocal(router, domain, sender),
  };
}
