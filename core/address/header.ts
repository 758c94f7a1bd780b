/**
 * Addresses inside a header (From, To, Cc, ...): each is rewritten where it stands, phrases and comments stay, and
 * a header in which something changed is folded anew (cleanup_rewrite_sender, cleanup_fold_header).
 */
import type { Token } from '../mail/tokens.ts';
import { externalize, isOperator, scanTokens } from '../mail/tokens.ts';
import { parseTokenTree } from '../mail/token-tree.ts';

/** Longest line of a folded list, in bytes, without the newline. */
const FOLD_AT = 70;

/** What an address becomes. Gets and answers external form, in which a quoted `"a!b"` is no route. */
export type HeaderAddressRewrite = (external: string) => string;

function withoutSourceRoute(tokens: readonly Token[]): readonly Token[] {
  if (!isOperator(tokens[0], '@')) return tokens;
  const colon = tokens.findIndex((token) => isOperator(token, ':'));
  return colon < 0 || colon === tokens.length - 1 ? tokens : tokens.slice(colon + 1);
}

/** Puts as many addresses on a line as fit; further lines begin with a tab. */
function fold(nameLength: number, value: string): string {
  const [first = '', ...rest] = value.split('\n');
  let folded = first;
  let lineLength = nameLength + Buffer.byteLength(first);
  for (const piece of rest) {
    const length = Buffer.byteLength(piece);
    if (lineLength + 1 + length < FOLD_AT) {
      folded += ` ${piece}`;
      lineLength += 1 + length;
    } else {
      folded += `\n\t${piece}`;
      lineLength = length;
    }
  }
  return folded;
}

/**
 * Rewrites the addresses of a header value (what follows the colon).
 * @param name of the header, for folding
 * @param tokenLimit header_address_token_limit: what comes after so many tokens is dropped when the header changes
 * @returns the new value to put after `Name: `, folded; undefined when nothing changed and the header stays as it is
 */
export function rewriteAddressHeader(
  value: string,
  rewrite: HeaderAddressRewrite,
  name = '',
  tokenLimit = 0,
): string | undefined {
  const before = parseTokenTree(value, tokenLimit);
  const tokens = before.map((token): Token => {
    if (token.kind !== 'addr') return token;
    const whole = token.inner ?? [];
    const inner = withoutSourceRoute(whole);
    const address = rewrite(externalize(inner, 'address'));
    if (address === externalize(whole, 'address')) return token;
    return { kind: 'addr', text: '', inner: scanTokens(address) };
  });
  const isChanged = tokens.some((token, i) => token !== before[i]);
  return isChanged ? fold(name.length + 2, externalize(tokens, 'lines')) : undefined;
}
