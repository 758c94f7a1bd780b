/**
 * The first half of resolving: layers of routing through this machine come off (`x%there@here`, `here!x`,
 * `"x@there"@here`), until a domain is left that is not local, or none.
 */
import type { Maybe } from '../tables/maybe.ts';
import { chain } from '../tables/maybe.ts';
import type { ListMatch } from '../tables/match-list.ts';
import { quoteLocal } from '../mail/quote.ts';
import type { RewriteRules } from './rewrite.ts';
import { lastIndexOf, rewriteTokens, withoutTrailingDot } from './rewrite.ts';
import type { Token } from '../mail/tokens.ts';
import { internalize, operator, scanTokens } from '../mail/tokens.ts';

export interface StripRules {
  readonly rewrite: RewriteRules;
  /** empty_address_recipient. */
  readonly emptyAddress: string;
  readonly myhostname: string;
  /** resolve_null_domain: `user@` is local. */
  readonly resolvesNullDomain: boolean;
  /** resolve_dequoted_address: routing characters count inside quotes as well. */
  readonly looksInsideQuotes: boolean;
}

export type Stripped =
  | {
      readonly kind: 'address';
      /** Internal form, always with a domain. */
      readonly address: string;
      readonly isLocal: boolean;
      /** The pattern that made the domain local. */
      readonly pattern: string;
    }
  | { readonly kind: 'unavailable'; readonly table: string; readonly reason: string }
  | { readonly kind: 'too-long' };

interface State {
  tokens: readonly Token[];
  /** The last local domain that was taken off, with its `@`. */
  saved: readonly Token[] | undefined;
  pattern: string;
}

const hasOperator = (tokens: readonly Token[], text: string): boolean => lastIndexOf(tokens, text) >= 0;

/** A quoted local part with routing in it, opened; undefined where there is none. */
function openQuotes(tokens: readonly Token[], rules: StripRules): readonly Token[] | undefined {
  const only = tokens.length === 1 ? tokens[0] : undefined;
  if (!rules.looksInsideQuotes || only?.kind !== 'qstring') return undefined;
  let local = only.text;
  let found = local.includes('@');
  if (!found && rules.rewrite.percentHack) {
    const percent = local.lastIndexOf('%');
    found = percent >= 0;
    if (found) local = `${local.slice(0, percent)}@${local.slice(percent + 1)}`;
  }
  if (found) return scanTokens(quoteLocal(local));
  return rules.rewrite.swapBangpath && local.includes('!') ? scanTokens(local) : undefined;
}

function hasRoute(tokens: readonly Token[], { swapBangpath, percentHack }: RewriteRules): boolean {
  if (hasOperator(tokens, '@')) return true;
  return (swapBangpath && hasOperator(tokens, '!')) || (percentHack && hasOperator(tokens, '%'));
}

/** No local part at all, or `""`. */
function isEmptyLocalPart([first, ...rest]: readonly Token[]): boolean {
  return first === undefined || (rest.length === 0 && first.kind === 'qstring' && first.text === '');
}

/** What can be done without asking a table; undefined: nothing is left to do. */
function unfold(state: State, rules: StripRules): readonly Token[] | undefined {
  const { tokens } = state;
  if (hasRoute(tokens, rules.rewrite)) return rewriteTokens(rules.rewrite, 'local', tokens);
  const opened = openQuotes(tokens, rules);
  if (opened !== undefined && opened.length > 0) return rewriteTokens(rules.rewrite, 'local', opened);
  if (isEmptyLocalPart(tokens)) return scanTokens(rules.emptyAddress);
  return state.saved === undefined ? [...tokens, operator('@'), ...scanTokens(rules.myhostname)] : undefined;
}

/** Dots and `@` at the end that mean nothing. */
function trimEnd(tokens: readonly Token[], rules: StripRules): readonly Token[] {
  const trimmed = hasOperator(tokens, '@') ? withoutTrailingDot(tokens) : tokens;
  const endsInAt = lastIndexOf(trimmed, '@') === trimmed.length - 1 && trimmed.length > 0;
  return rules.resolvesNullDomain && endsInAt ? trimmed.slice(0, -1) : trimmed;
}

/**
 * @param address internal form
 * @param matchLocal the list of local domains
 */
export function stripLocalDomains(
  address: string,
  rules: StripRules,
  matchLocal: (domain: string) => Maybe<ListMatch>,
): Maybe<Stripped> {
  const state: State = { tokens: scanTokens(quoteLocal(address)), saved: undefined, pattern: '' };
  let turns = address.length + 100;

  const finish = (isLocal: boolean): Stripped => ({
    kind: 'address',
    address: internalize([...state.tokens, ...(isLocal ? (state.saved ?? []) : [])]),
    isLocal,
    pattern: state.pattern,
  });

  /** Takes the domain off when it is local; an answer when it is not. */
  function afterMatch(at: number, match: ListMatch): Maybe<Stripped | undefined> {
    if (match.kind === 'unavailable') return match;
    if (match.kind === 'absent') return finish(false);
    state.pattern = match.pattern;
    takeDomain(at);
    return undefined;
  }

  function takeDomain(at: number): void {
    state.saved = state.tokens.slice(at);
    state.tokens = state.tokens.slice(0, at);
  }

  function turn(): Maybe<Stripped | undefined> {
    turns -= 1;
    if (turns < 0) return { kind: 'too-long' };
    state.tokens = trimEnd(state.tokens, rules);
    const at = lastIndexOf(state.tokens, '@');
    if (at < 0) return undefined;
    const domain = state.tokens.slice(at + 1);
    if (domain.length === 0) {
      takeDomain(at);
      return undefined;
    }
    return chain(matchLocal(internalize(domain)), (match) => afterMatch(at, match));
  }

  function run(): Maybe<Stripped> {
    for (;;) {
      const answer = turn();
      if (answer instanceof Promise) {
        return answer.then((settled) => settled ?? advance() ?? run());
      }
      const done = answer ?? advance();
      if (done !== undefined) return done;
    }
  }

  /** The next form to look at, or the answer when there is none. */
  function advance(): Stripped | undefined {
    const next = unfold(state, rules);
    if (next === undefined) return finish(true);
    state.tokens = next;
    return undefined;
  }

  return run();
}
