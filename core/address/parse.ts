/**
 * Address parsing: what smtpd, sendmail and cleanup read addresses with. Standards: RFC 5321 section 4.1.2 (paths),
 * RFC 5322 section 3.4 (address lists); where they are strict and Postfix is not, Postfix wins: comments, phrases
 * and missing brackets are accepted unless strict_rfc821_envelopes says otherwise. Whether a domain is acceptable is
 * not decided here but by the resolver, which answers `unresolvable`.
 */
import { quoteLocal } from '../mail/quote.ts';
import type { Token } from '../mail/tokens.ts';
import { internalize, isOperator } from '../mail/tokens.ts';
import { parseTokenTree } from '../mail/token-tree.ts';

export { quoteLocal, unquoteLocal } from '../mail/quote.ts';
export { splitAddress, splitRules, stripExtension } from './split.ts';
export type { SplitRules } from './split.ts';

export type SmtpPath =
  | {
      readonly kind: 'address';
      /** Internal form; '' is the null address. */
      readonly address: string;
      /** As X-Original-To and ORCPT have it: source route and comments removed, quoted where needed. */
      readonly external: string;
      /** As the client typed it, without brackets: what ORCPT is when the client gives none. */
      readonly typed: string;
    }
  /** `501 5.1.7 Bad sender address syntax`; smtpd also logs `Illegal address syntax from`. */
  | { readonly kind: 'bad-syntax' };

const BAD_SYNTAX: SmtpPath = { kind: 'bad-syntax' };

/** `@a,@b:user@domain` without its source route (RFC 5321 appendix C). */
function withoutSourceRoute(path: string): string {
  return path.startsWith('@') ? path.slice(path.indexOf(':') + 1) : path;
}

/** In brackets, with nothing else beside the address. */
function isStrictPath(path: string, tokens: readonly Token[], address: string): boolean {
  if (!path.startsWith('<') || address.startsWith('@')) return false;
  return tokens.every((token) => token.kind === 'addr' || isOperator(token, '<') || isOperator(token, '>'));
}

/**
 * The argument of MAIL FROM: or RCPT TO:, in external form, as one token (see smtp-words.ts). What stands between the
 * outer brackets is read as a header's address would be.
 * @param options.allowEmpty `<>` is fine (MAIL)
 * @param options.strict strict_rfc821_envelopes: brackets are required, comments and phrases refused
 */
export function parseSmtpPath(
  path: string,
  options: { readonly allowEmpty: boolean; readonly strict: boolean },
): SmtpPath {
  const typed = path.startsWith('<') && path.endsWith('>') ? path.slice(1, -1) : path;
  const tokens = parseTokenTree(withoutSourceRoute(typed));
  const addresses = tokens.filter((token) => token.kind === 'addr');
  if (addresses.length > 1) return BAD_SYNTAX;
  const address = internalize(addresses[0]?.inner ?? [], 'address');
  if (options.strict && !isStrictPath(path, tokens, address)) return BAD_SYNTAX;
  if (address !== '') return { kind: 'address', address, external: quoteLocal(address), typed };
  return options.allowEmpty ? { kind: 'address', address, external: '', typed } : BAD_SYNTAX;
}

/** All addresses of a header value or alias, in internal form and in order (tok822_grep of tok822_parse). */
export function parseAddressList(value: string, tokenLimit = 0): readonly string[] {
  const found: string[] = [];
  for (const token of parseTokenTree(value, tokenLimit)) {
    if (token.kind === 'addr') found.push(internalize(token.inner ?? [], 'address'));
  }
  return found;
}
