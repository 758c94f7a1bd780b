/** Host names and addresses in what a client says; the syntax itself is core/address's. */
import { isIPv4, isIPv6 } from 'node:net';

/** The address of `1.2.3.4` or `IPv6:::1`, as in address literals and XCLIENT; undefined when it is none. */
export function mailhostAddress(text: string): string | undefined {
  if (/^ipv6:/i.test(text)) {
    const bare = text.slice(5);
    return isIPv6(bare) ? bare : undefined;
  }
  return isIPv4(text) ? text : undefined;
}

/** Without the final dot, where there is exactly one. */
export function withoutFinalDot(name: string): string {
  return name.length > 1 && name.endsWith('.') && !name.endsWith('..') ? name.slice(0, -1) : name;
}

/** What follows the last `@`; undefined without one. */
export function domainOf(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : address.slice(at + 1);
}
