/**
 * Look-up of an address by its parts (mail_addr_find): the whole address, without extension, the local part when the
 * domain is local, `@domain`, the domain and its parents. Patterns see the whole address only.
 */
import type { Config } from '../config/config.ts';
import type { Maybe } from '../tables/maybe.ts';
import { chain, firstAnswer } from '../tables/maybe.ts';
import type { LookupResult, Maps, Tables } from '../tables/table.ts';
import { ABSENT } from '../tables/table.ts';
import { createLocalDomains } from './local-domain.ts';
import { quoteLocal } from '../mail/quote.ts';
import { splitRules, stripExtension } from './split.ts';

/** Which parts are asked for, in this order. */
export interface FindStrategy {
  /** `user` and `user+ext` of myorigin and local domains; 'at' asks for `user@` instead. */
  readonly localPart?: 'bare' | 'at';
  /** `@domain`. */
  readonly atDomain?: boolean;
  /** `domain`, and its parents as `.parent` (dot) or `parent` (plain). */
  readonly domain?: 'exact' | 'dot' | 'plain';
  /** `user@` of any domain, as access tables have it. */
  readonly localPartAt?: boolean;
}

export const DEFAULT_STRATEGY: FindStrategy = { localPart: 'bare', atDomain: true };

export interface AddressMatch {
  readonly result: LookupResult;
  /** The extension that the key does not have, with its delimiter; ''. */
  readonly extension: string;
}

export interface AddressFinder {
  /** Looks an address up in internal form. Tables are asked for the quoted form first, then the unquoted. */
  find(maps: Maps, address: string, strategy?: FindStrategy): Maybe<AddressMatch>;
}

interface Query {
  readonly key: string;
  readonly fixedOnly: boolean;
  readonly extension: string;
  /** Asked only when the domain is local. */
  readonly ifLocal?: boolean;
}

const NOT_FOUND: AddressMatch = { result: ABSENT, extension: '' };

function* domainKeys(domain: string, style: 'exact' | 'dot' | 'plain'): Generator<string> {
  yield domain;
  if (style === 'exact') return;
  for (let dot = domain.indexOf('.', 1); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
    yield domain.slice(style === 'dot' ? dot : dot + 1);
  }
}

/** The parent domains in look-up order, the domain itself first: also for client and HELO names. */
export function domainLookupKeys(domain: string, style: 'dot' | 'plain'): readonly string[] {
  return [...domainKeys(domain, style)].filter((key) => key !== '');
}

export function createAddressFinder(deps: {
  readonly config: Config;
  readonly tables: Tables;
}): AddressFinder {
  const rules = splitRules(deps.config);
  const origin = deps.config.get('myorigin').toLowerCase();
  const locals = createLocalDomains(deps);

  /** Undefined: not local. An AddressMatch: the table of local domains does not answer. */
  function localOrFailure(domain: string): Maybe<true | AddressMatch | undefined> {
    if (domain.toLowerCase() === origin) return true;
    return chain(locals.match(domain), (match) => {
      if (match.kind === 'found') return true;
      return match.kind === 'absent' ? undefined : { result: match, extension: '' };
    });
  }

  function localPartQueries(
    at: number,
    address: string,
    bare: { bare: string; extension: string } | undefined,
    suffix: '' | '@',
    ifLocal: boolean,
  ): Query[] {
    const full = address.slice(0, at) + suffix;
    const queries: Query[] = [{ key: full, fixedOnly: true, extension: '', ifLocal }];
    if (bare !== undefined) {
      const user = bare.bare.slice(0, bare.bare.lastIndexOf('@')) + suffix;
      queries.push({ key: user, fixedOnly: true, extension: bare.extension, ifLocal });
    }
    return queries;
  }

  function queriesFor(address: string, strategy: FindStrategy): readonly Query[] {
    const bare = stripExtension(address, rules);
    const queries: Query[] = [{ key: address, fixedOnly: false, extension: '' }];
    if (bare !== undefined) queries.push({ key: bare.bare, fixedOnly: true, extension: bare.extension });
    const at = address.lastIndexOf('@');
    if (at < 0) return queries;
    if (strategy.localPart !== undefined) {
      const suffix = strategy.localPart === 'at' ? '@' : '';
      queries.push(...localPartQueries(at, address, bare, suffix, true));
    }
    if (strategy.atDomain === true) {
      queries.push({ key: address.slice(at), fixedOnly: true, extension: '' });
    }
    if (strategy.domain !== undefined) {
      for (const key of domainKeys(address.slice(at + 1), strategy.domain)) {
        queries.push({ key, fixedOnly: true, extension: '' });
      }
    }
    if (strategy.localPartAt === true) queries.push(...localPartQueries(at, address, bare, '@', false));
    return queries;
  }

  function ask(maps: Maps, query: Query): Maybe<AddressMatch | undefined> {
    const external = quoteLocal(query.key);
    const forms = external === query.key ? [query.key] : [external, query.key];
    return firstAnswer(forms, (key) =>
      chain(maps.lookup(key, { fixedOnly: query.fixedOnly }), (result) =>
        result.kind === 'absent' ? undefined : { result, extension: query.extension },
      ),
    );
  }

  return {
    find(maps, address, strategy = DEFAULT_STRATEGY) {
      if (maps.isEmpty) return NOT_FOUND;
      let isLocal: Maybe<true | AddressMatch | undefined> | 'unknown' = 'unknown';
      const found = firstAnswer(queriesFor(address, strategy), (query) => {
        if (query.key === '') return undefined;
        if (query.ifLocal !== true) return ask(maps, query);
        if (isLocal === 'unknown') isLocal = localOrFailure(address.slice(address.lastIndexOf('@') + 1));
        return chain(isLocal, (local) => (local === true ? ask(maps, query) : local));
      });
      return chain(found, (match) => match ?? NOT_FOUND);
    },
  };
}
