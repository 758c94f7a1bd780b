/** Which domains are local (resolve_local): mydestination, and literals of inet_interfaces and proxy_interfaces. */
import type { Config } from '../config/config.ts';
import type { ListMatch } from '../tables/match-list.ts';
import { createMatchList } from '../tables/match-list.ts';
import type { Maybe } from '../tables/maybe.ts';
import { chain } from '../tables/maybe.ts';
import type { Tables } from '../tables/table.ts';
import { parseMailHostAddress } from './hostname.ts';
import { createOwnAddressTest } from './own-addresses.ts';

export interface LocalDomains {
  /** `found` when the domain is local; its pattern is that of mydestination, or the literal itself. */
  match(domain: string): Maybe<ListMatch>;
}

export function createLocalDomains(deps: { readonly config: Config; readonly tables: Tables }): LocalDomains {
  const destinations = createMatchList({ ...deps, parameter: 'mydestination', kind: 'string' });
  const isOwnAddress = createOwnAddressTest(deps.config);

  function matchLiteral(domain: string): ListMatch {
    if (!domain.startsWith('[') || !domain.endsWith(']')) return { kind: 'absent' };
    const address = parseMailHostAddress(domain.slice(1, -1));
    return address !== undefined && isOwnAddress(address)
      ? { kind: 'found', pattern: domain }
      : { kind: 'absent' };
  }

  return {
    match(domain) {
      const bare = domain.endsWith('.') ? domain.slice(0, -1) : domain;
      if (bare === '' || bare.endsWith('.')) return { kind: 'absent' };
      return chain(destinations.match(bare), (found) =>
        found.kind === 'absent' ? matchLiteral(bare) : found,
      );
    },
  };
}
