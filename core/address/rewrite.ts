/**
 * trivial-rewrite(8), `rewrite`: brings addresses into `user@domain` form.
 *
 * Source routes go, `site!user` (swap_bangpath) and `user%domain` (allow_percent_hack) become `user@domain`, a bare
 * user gets `@$myorigin` (append_at_myorigin), a domain without dot gets `.$mydomain` (append_dot_mydomain), one dot
 * at the end goes. Broken forms are left alone: the resolver refuses them. In the remote context
 * remote_header_rewrite_domain stands for both myorigin and mydomain; empty, nothing is completed.
 */
import type { Config } from '../config/config.ts';
import { quoteLocal, unquoteLocal } from '../mail/quote.ts';
import type { AddressRewriter } from './resolution.ts';
import type { Token } from '../mail/tokens.ts';
import { internalize, isOperator, operator, scanTokens } from '../mail/tokens.ts';

export type RewriteContext = 'local' | 'remote';

interface Completion {
  readonly origin: readonly Token[];
  readonly domain: readonly Token[];
}

export interface RewriteRules {
  readonly swapBangpath: boolean;
  readonly percentHack: boolean;
  readonly appendOrigin: boolean;
  readonly appendDomain: boolean;
  readonly local: Completion;
  readonly remote: Completion;
}

export function rewriteRules(config: Config): RewriteRules {
  const remote = scanTokens(config.get('remote_header_rewrite_domain'));
  return {
    swapBangpath: config.boolean('swap_bangpath'),
    percentHack: config.boolean('allow_percent_hack'),
    appendOrigin: config.boolean('append_at_myorigin'),
    appendDomain: config.boolean('append_dot_mydomain'),
    local: { origin: scanTokens(config.get('myorigin')), domain: scanTokens(config.get('mydomain')) },
    remote: { origin: remote, domain: remote },
  };
}

export const lastIndexOf = (tokens: readonly Token[], text: string): number =>
  tokens.findLastIndex((token) => isOperator(token, text));

function withoutSourceRoute(tokens: readonly Token[]): readonly Token[] {
  if (!isOperator(tokens[0], '@')) return tokens;
  const colon = tokens.findIndex((token) => isOperator(token, ':'));
  return colon < 0 || colon === tokens.length - 1 ? tokens : tokens.slice(colon + 1);
}

/** Gives an address without `@` a domain. */
function withDomain(rules: RewriteRules, completion: Completion, tokens: readonly Token[]): readonly Token[] {
  if (lastIndexOf(tokens, '@') >= 0) return tokens;
  const bang = rules.swapBangpath ? tokens.findIndex((token) => isOperator(token, '!')) : -1;
  if (bang >= 0) return [...tokens.slice(bang + 1), operator('@'), ...tokens.slice(0, bang)];
  const percent = rules.percentHack ? lastIndexOf(tokens, '%') : -1;
  if (percent >= 0) return tokens.with(percent, operator('@'));
  if (!rules.appendOrigin || completion.origin.length === 0) return tokens;
  return [...tokens, operator('@'), ...completion.origin];
}

/** Completes a domain that has no dot; a form that ends in `@` and an address literal stay. */
function withFullDomain(
  rules: RewriteRules,
  completion: Completion,
  tokens: readonly Token[],
): readonly Token[] {
  if (!rules.appendDomain || completion.domain.length === 0) return tokens;
  const at = lastIndexOf(tokens, '@');
  if (at < 0 || at === tokens.length - 1) return tokens;
  const isFull = tokens.slice(at).some((token) => token.kind === 'domlit' || isOperator(token, '.'));
  return isFull ? tokens : [...tokens, operator('.'), ...completion.domain];
}

/** Takes one dot off the end, but leaves `..` and `@.` alone. */
export function withoutTrailingDot(tokens: readonly Token[]): readonly Token[] {
  const before = tokens.at(-2);
  if (!isOperator(tokens.at(-1), '.') || before === undefined) return tokens;
  return isOperator(before, '.') || isOperator(before, '@') ? tokens : tokens.slice(0, -1);
}

/** Rewrites the tokens of one address (rewrite_tree). */
export function rewriteTokens(
  rules: RewriteRules,
  context: RewriteContext,
  tokens: readonly Token[],
): readonly Token[] {
  const only = tokens.length === 1 ? tokens[0] : undefined;
  if (only?.kind === 'qstring' && only.text === '') return tokens;
  if (isOperator(only, '@')) return [{ kind: 'qstring', text: '' }];
  const completion = rules[context];
  const addressed = withDomain(rules, completion, withoutSourceRoute(tokens));
  return withoutTrailingDot(withFullDomain(rules, completion, addressed));
}

export interface Rewriter extends AddressRewriter {
  /** The same in external form, for headers, where a quoted `"a!b"` must not be taken for a route. */
  rewriteExternal(context: RewriteContext, address: string): string;
}

export function createRewriter(config: Config): Rewriter {
  const rules = rewriteRules(config);

  function rewriteExternal(context: RewriteContext, address: string): string {
    const tokens = scanTokens(address);
    if (tokens.length === 0) return address;
    return quoteLocal(internalize(rewriteTokens(rules, context, tokens)));
  }

  return {
    rewriteExternal,
    rewrite(context, address) {
      return address === '' ? '' : unquoteLocal(rewriteExternal(context, quoteLocal(address)));
    },
  };
}
