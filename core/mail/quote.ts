/** Quoting of local parts (RFC 5322 section 3.4.1): internal form to external form and back. */

/** Characters that a dot-string must not have (quote_822_local); 8-bit characters are left alone. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const NEEDS_QUOTES = /[\x00-\x20\x7f()<>@,;:\\"[\]]|^\.|\.\.|\.$|^$/;

/** Where the address begins: after the source route that stands before it (RFC 5321 appendix C). */
function afterRoute(address: string): number {
  return address.startsWith('@') ? address.indexOf(':') + 1 : 0;
}

/** Internal form to external form: quotes the local part unless it is a dot-string. The last `@` ends it. */
export function quoteLocal(address: string): string {
  const start = afterRoute(address);
  const at = address.lastIndexOf('@');
  const end = at < start ? address.length : at;
  const local = address.slice(start, end);
  if (!NEEDS_QUOTES.test(local)) return address;
  return `${address.slice(0, start)}"${local.replace(/["\\\r]/g, '\\$&')}"${address.slice(end)}`;
}

/** External form to internal form: takes the quotes off a local part that begins with one (unquote_822_local). */
export function unquoteLocal(address: string): string {
  if (!address.startsWith('"')) return address;
  let local = '';
  let at = 1;
  while (at < address.length && address.charAt(at) !== '"') {
    if (address.charAt(at) === '\\' && at + 1 < address.length) at += 1;
    local += address.charAt(at);
    at += 1;
  }
  return local + address.slice(at + 1);
}
