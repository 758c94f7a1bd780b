/** Address extensions (recipient_delimiter): where a local part is split and where it never is (split_addr). */
import type { Config } from '../config/config.ts';

export interface SplitRules {
  /** recipient_delimiter: any of these characters; '' splits nothing. */
  readonly delimiters: string;
  /** double_bounce_sender: never split. */
  readonly doubleBounceSender: string;
  /** owner_request_special: owner-x and x-request are never split at `-`. */
  readonly ownerRequestSpecial: boolean;
}

export interface StrippedAddress {
  /** The address without its extension. */
  readonly bare: string;
  /** The extension with its delimiter: `+news`. */
  readonly extension: string;
}

export function splitRules(config: Config): SplitRules {
  return {
    delimiters: config.get('recipient_delimiter'),
    doubleBounceSender: config.get('double_bounce_sender'),
    ownerRequestSpecial: config.boolean('owner_request_special'),
  };
}

function isNeverSplit(local: string, rules: SplitRules): boolean {
  const name = local.toLowerCase();
  if (name === 'postmaster' || name === 'mailer-daemon') return true;
  if (name === rules.doubleBounceSender.toLowerCase()) return true;
  if (!rules.ownerRequestSpecial || !rules.delimiters.includes('-')) return false;
  return name.startsWith('owner-') || (name.length > 8 && name.endsWith('-request'));
}

/** Where the extension's delimiter stands in a local part; -1 when there is none. */
function findDelimiter(local: string, rules: SplitRules): number {
  if (rules.delimiters === '' || isNeverSplit(local, rules)) return -1;
  for (let i = 0; i < local.length; i++) {
    // a delimiter in front would leave no user
    if (rules.delimiters.includes(local.charAt(i))) return i === 0 ? -1 : i;
  }
  return -1;
}

/** Takes the extension off a `user+ext@domain` or `user+ext` (strip_addr); undefined when it has none. */
export function stripExtension(address: string, rules: SplitRules): StrippedAddress | undefined {
  if (rules.delimiters === '') return undefined;
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  const delimiter = findDelimiter(local, rules);
  if (delimiter < 0) return undefined;
  const domain = at < 0 ? '' : address.slice(at);
  return { bare: local.slice(0, delimiter) + domain, extension: local.slice(delimiter) };
}

export interface SplitAddress {
  /** User without extension. */
  readonly user: string;
  /** The whole local part. */
  readonly local: string;
  /** Without its delimiter; undefined when there is none, '' for `user+`. */
  readonly extension: string | undefined;
  /** Without `@`; undefined when there is none. */
  readonly domain: string | undefined;
}

/** An address in internal form taken apart. The last `@` begins the domain. */
export function splitAddress(address: string, rules: SplitRules): SplitAddress {
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  const delimiter = findDelimiter(local, rules);
  return {
    user: delimiter < 0 ? local : local.slice(0, delimiter),
    local,
    extension: delimiter < 0 ? undefined : local.slice(delimiter + 1),
    domain: at < 0 ? undefined : address.slice(at + 1),
  };
}
