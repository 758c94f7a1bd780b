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
import type { SplitRules, StrippedAddress } from './split.ts';
import { splitRules, stripExtension } from './split.ts';

/** Which parts are asked for, in this order. */
interface FindStrategy {
  /** `user` and `user+ext` of myorigin and local domains; 'at' asks for `user@` instead. */
  readonly localPart?: 'bare' | 'at';
  /** `@domain`. */
  readonly atDomain?: boolean;
  /** `domain`, and its parents as `.parent` (dot) or `parent` (plain). */
  readonly domain?: 'exact' | 'dot' | 'plain';
  /** `user@` of any domain, as access tables have it. */
  readonly localPartAt?: boolean;
}

const DEFAULT_STRATEGY: FindStrategy = { localPart: 'bare', atDomain: true };

interface AddressMatch {
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

/** The parts of one address. */
interface Parts {
  readonly address: string;
  /** Index of the `@` that begins the domain; -1. */
  readonly at: number;
  /** Without extension; undefined when there is none. */
  readonly bare: StrippedAddress | undefined;
}

function localPartQueries(
  { address, at, bare }: Parts,
  suffix: '' | '@',
  ifLocal: boolean,
): readonly Query[] {
  const full = { key: address.slice(0, at) + suffix, fixedOnly: true, extension: '', ifLocal };
  if (bare === undefined) return [full];
  const user = bare.bare.slice(0, bare.bare.lastIndexOf('@')) + suffix;
  return [full, { key: user, fixedOnly: true, extension: bare.extension, ifLocal }];
}

/** Everything that is looked up, in order. */
function queriesFor(address: string, strategy: FindStrategy, rules: SplitRules): readonly Query[] {
  const parts = { address, at: address.lastIndexOf('@'), bare: stripExtension(address, rules) };
  const { at, bare } = parts;
  const queries: Query[] = [{ key: address, fixedOnly: false, extension: '' }];
  if (bare !== undefined) queries.push({ key: bare.bare, fixedOnly: true, extension: bare.extension });
  if (at < 0) return queries;
  const { localPart, atDomain, domain, localPartAt } = strategy;
  if (localPart !== undefined) queries.push(...localPartQueries(parts, localPart === 'at' ? '@' : '', true));
  if (atDomain === true) queries.push({ key: address.slice(at), fixedOnly: true, extension: '' });
  if (domain !== undefined) {
    for (const key of domainKeys(address.slice(at + 1), domain)) {
      queries.push({ key, fixedOnly: true, extension: '' });
    }
  }
  if (localPartAt === true) queries.push(...localPartQueries(parts, '@', false));
  return queries;
}

/** Asks for the quoted form of a key, then for the unquoted one where they differ: patterns have had their chance by then. */
function ask(maps: Maps, { key, fixedOnly, extension }: Query): Maybe<AddressMatch | undefined> {
  const external = quoteLocal(key);
  return firstAnswer(external === key ? [key] : [external, key], (form) =>
    chain(maps.lookup(form, { fixedOnly: fixedOnly || form !== external }), (result) =>
      result.kind === 'absent' ? undefined : { result, extension },
    ),
  );
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

  return {
    find(maps, address, strategy = DEFAULT_STRATEGY) {
      if (maps.isEmpty) return NOT_FOUND;
      let isLocal: Maybe<true | AddressMatch | undefined> | 'unknown' = 'unknown';
      const found = firstAnswer(queriesFor(address, strategy, rules), (query) => {
        // the null address is asked for as "", empty parts of one are not
        if (query.key === '' && query.fixedOnly) return undefined;
        if (query.ifLocal !== true) return ask(maps, query);
        if (isLocal === 'unknown') isLocal = localOrFailure(address.slice(address.lastIndexOf('@') + 1));
        return chain(isLocal, (local) => (local === true ? ask(maps, query) : local));
      });
      return chain(found, (match) => match ?? NOT_FOUND);
    },
  };
}
