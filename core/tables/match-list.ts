/**
 * Lists of patterns (match_list(3)): mydestination, mynetworks, relay_domains, ... A pattern is a name, a table, a
 * network, a `/file` with more patterns, or one of these with `!` in front. The first that matches decides.
 */
import type { Config } from '../config/config.ts';
import type { IpBytes, Network } from './ip.ts';
import { networkContains, parseIp, parseNetwork } from './ip.ts';
import { readSource } from './lines.ts';
import type { Maybe } from './maybe.ts';
import { chain, firstAnswer } from './maybe.ts';
import type { LookupResult, Table, Tables } from './table.ts';
import { splitWords } from './words.ts';

/** `string`: whole names. `domain`: also parent domains. `namadr`: a client's name or address. */
export type MatchKind = 'string' | 'domain' | 'namadr';

export type ListMatch =
  | { readonly kind: 'found'; /** The pattern that matched. */ readonly pattern: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable'; readonly table: string; readonly reason: string };

export interface MatchList {
  readonly isEmpty: boolean;
  /** @param address the client's address, for `namadr`; the name may be '' or `unknown` */
  match(name: string, address?: string): Maybe<ListMatch>;
}

const ABSENT: ListMatch = { kind: 'absent' };

interface Subject {
  readonly name: string;
  readonly address: string;
  readonly bytes: IpBytes | undefined;
}

interface Pattern {
  readonly text: string;
  readonly isNegated: boolean;
  test(subject: Subject): Maybe<boolean | Extract<ListMatch, { kind: 'unavailable' }>>;
}

const isTable = (pattern: string): boolean => !pattern.startsWith('[') && pattern.includes(':');

/** Whether parent domains match without a leading dot for this parameter (match_parent_style). */
export function parentDomainMatches(config: Config, parameter: string): boolean {
  return splitWords(config.get('parent_domain_matches_subdomains')).includes(parameter);
}

const asAnswer = (result: LookupResult): boolean | Extract<ListMatch, { kind: 'unavailable' }> =>
  result.kind === 'unavailable' ? result : result.kind === 'found';

function askTable(table: Table, keys: readonly string[]): ReturnType<Pattern['test']> {
  const found = firstAnswer(keys, (key) =>
    chain(table.lookup(key), (result) => {
      const answer = asAnswer(result);
      return answer === false ? undefined : answer;
    }),
  );
  return chain(found, (answer) => answer ?? false);
}

/** The name and its parents, with or without leading dot. */
function parentKeys(name: string, plainParents: boolean): readonly string[] {
  const keys = [name];
  for (let dot = name.indexOf('.', 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    keys.push(name.slice(plainParents ? dot + 1 : dot));
  }
  return keys.filter((key) => key !== '');
}

function nameMatches(name: string, pattern: string, kind: MatchKind, plainParents: boolean): boolean {
  if (name === pattern) return true;
  if (kind === 'string') return false;
  const suffix = plainParents ? `.${pattern}` : pattern;
  return suffix.startsWith('.') && name.length > suffix.length && name.endsWith(suffix);
}

/** A pattern as a network, where it looks like one. */
function networkOf(pattern: string): Network | { readonly reason: string } | undefined {
  if (!/^[0-9a-f.:[\]/]+$/.test(pattern) || !/[.:]/.test(pattern)) return undefined;
  const parsed = parseNetwork(pattern);
  return parsed.ok ? parsed.network : { reason: parsed.reason };
}

export interface MatchListOptions {
  readonly config: Config;
  readonly tables: Tables;
  /** The parameter whose value is the list. */
  readonly parameter: string;
  readonly kind: MatchKind;
  /** The list itself, where it is not the parameter's value. */
  readonly value?: string;
}

function tablePattern(text: string, options: MatchListOptions, plainParents: boolean): Pattern['test'] {
  const table = options.tables.open(text);
  return ({ name, address }) => {
    if (options.kind === 'string') return askTable(table, [name]);
    const names = name === '' ? [] : table.wantsPartialKeys ? parentKeys(name, plainParents) : [name];
    return askTable(table, options.kind === 'namadr' && address !== '' ? [...names, address] : names);
  };
}

function plainPattern(text: string, kind: MatchKind, plainParents: boolean): Pattern['test'] {
  const network = kind === 'namadr' ? networkOf(text) : undefined;
  if (network !== undefined && 'reason' in network) {
    const failure = { kind: 'unavailable' as const, table: text, reason: network.reason };
    return ({ bytes }) => (bytes === undefined ? false : failure);
  }
  if (network === undefined) return ({ name }) => nameMatches(name, text, kind, plainParents);
  return ({ bytes }) => bytes !== undefined && networkContains(network, bytes);
}

/** Reads the list once; `/file` patterns are replaced by what is in the file. */
function parsePatterns(text: string, options: MatchListOptions, isNegated: boolean): readonly Pattern[] {
  const plainParents = parentDomainMatches(options.config, options.parameter);
  return splitWords(text).flatMap((word): readonly Pattern[] => {
    const bangs = /^!*/.exec(word)?.[0].length ?? 0;
    const pattern = word.slice(bangs);
    const negated = isNegated !== (bangs % 2 === 1);
    if (pattern === '') return [];
    if (pattern.startsWith('/')) return parseFile(pattern, options, negated);
    const test = isTable(pattern)
      ? tablePattern(pattern, options, plainParents)
      : plainPattern(pattern.toLowerCase(), options.kind, plainParents);
    return [{ text: pattern, isNegated: negated, test }];
  });
}

function parseFile(path: string, options: MatchListOptions, isNegated: boolean): readonly Pattern[] {
  const source = readSource(path, options.tables.drafts);
  if (!source.ok) {
    const table = `non-existent:${path}`;
    const reason = `open file ${path}: ${source.reason}`;
    const { log } = options.tables;
    log?.error(reason);
    const test = () => {
      log?.warning(`${table} is unavailable. ${reason}`);
      return { kind: 'unavailable' as const, table, reason };
    };
    return [{ text: path, isNegated, test }];
  }
  const lines = source.text.split('\n').filter((line) => !/^\s*#/.test(line));
  return parsePatterns(lines.join('\n'), options, isNegated);
}

/** Makes a list of the value of a parameter. Patterns and names are compared without regard to case. */
export function createMatchList(options: MatchListOptions): MatchList {
  const patterns = parsePatterns(options.value ?? options.config.get(options.parameter), options, false);

  return {
    isEmpty: patterns.length === 0,
    match(name, address = '') {
      const subject = { name: name.toLowerCase(), address, bytes: parseIp(address) };
      const found = firstAnswer(patterns, (pattern) =>
        chain(pattern.test(subject), (answer): ListMatch | undefined => {
          if (answer === false) return undefined;
          if (answer !== true) {
            const { parameter, tables } = options;
            tables.log?.warning(`${parameter}: ${pattern.text}: table lookup problem`);
            return answer;
          }
          return pattern.isNegated ? ABSENT : { kind: 'found', pattern: pattern.text };
        }),
      );
      return chain(found, (match) => match ?? ABSENT);
    },
  };
}
