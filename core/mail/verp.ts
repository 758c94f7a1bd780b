/** Variable envelope return paths: a sender for each recipient, so that a bounce tells whose address failed (VERP_README). */

/** Two characters out of verp_delimiter_filter (verp_delims_verify(3)). */
export const areVerpDelimiters = (delimiters: string, filter: string): boolean =>
  delimiters.length === 2 && filter.includes(delimiters.charAt(0)) && filter.includes(delimiters.charAt(1));

function split(address: string): readonly [local: string, domain: string | undefined] {
  const at = address.lastIndexOf('@');
  return at < 0 ? [address, undefined] : [address.slice(0, at), address.slice(at + 1)];
}

/**
 * `owner@here` for `user@there` with `+=`: `owner+user=there@here` (verp_sender(3)). The recipient is the one that was
 * asked for, before aliases. A null sender stays one.
 */
export function verpSender(
  delimiters: string,
  sender: string,
  recipient: { readonly address: string; readonly originalAddress: string },
): string {
  if (sender === '' || delimiters === '') return sender;
  const [owner, origin] = split(sender);
  const [user, domain] = split(
    recipient.originalAddress === '' ? recipient.address : recipient.originalAddress,
  );
  const member = domain === undefined ? user : `${user}${delimiters.charAt(1)}${domain}`;
  return `${owner}${delimiters.charAt(0)}${member}${origin === undefined ? '' : `@${origin}`}`;
}
