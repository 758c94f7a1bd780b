/** transport(5): transport and next hop by recipient address, domain, parent domain or `*`. */
import type { Config } from '../config/config.ts';
import { parentDomainMatches } from '../tables/match-list.ts';
import type { Maybe } from '../tables/maybe.ts';
import { chain } from '../tables/maybe.ts';
import type { LookupResult, Maps, Tables } from '../tables/table.ts';
import type { AddressFinder } from './find.ts';

export interface Route {
  readonly transport: string;
  readonly nexthop: string;
}

/** `transport:nexthop` taken apart; the text of `error: text` has no white space in front. */
export function splitRoute(text: string): Route {
  const colon = text.indexOf(':');
  if (colon < 0) return { transport: text, nexthop: '' };
  return { transport: text.slice(0, colon).trimEnd(), nexthop: text.slice(colon + 1).trimStart() };
}

const isFailing = (transport: string): boolean => transport === 'error' || transport === 'retry';

/** What an entry makes of the route so far: what it leaves out stays, or is the domain again. */
export function applyEntry(entry: string, route: Route, domain: string): Route {
  const { transport, nexthop } = splitRoute(entry);
  if (transport === '') return nexthop === '' ? route : { transport: route.transport, nexthop };
  if (nexthop !== '') return { transport, nexthop };
  return { transport, nexthop: isFailing(transport) ? 'Address is undeliverable' : domain };
}

export interface TransportTable {
  readonly maps: Maps;
  /** @param address internal form with domain */
  lookup(address: string): Maybe<LookupResult>;
}

export function createTransportTable(deps: {
  readonly config: Config;
  readonly tables: Tables;
  readonly finder: AddressFinder;
}): TransportTable {
  const maps = deps.tables.maps(deps.config.get('transport_maps'), 'transport_maps', {
    allowsSubstitution: false,
  });
  const domain = parentDomainMatches(deps.config, 'transport_maps') ? 'plain' : 'dot';
  return {
    maps,
    lookup: (address) =>
      chain(deps.finder.find(maps, address, { domain }), ({ result }) =>
        result.kind === 'absent' ? maps.lookup('*') : result,
      ),
  };
}
