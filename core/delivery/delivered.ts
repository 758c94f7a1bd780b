/** The Delivered-To headers of a message: what breaks a loop between machines, lists and .forward files. */
import { unquoteLocal } from '../address/parse.ts';

const NONE: ReadonlySet<string> = new Set();

/** The addresses of all Delivered-To headers, in internal form and folded to lower case (delivered_hdr_init). */
export function deliveredToAddresses(header: Uint8Array): ReadonlySet<string> {
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8');
  if (!/^delivered-to[ \t]*:/im.test(text)) return NONE;
  const found = new Set<string>();
  for (const match of text.matchAll(/^delivered-to[ \t]*:(.*)$/gim)) {
    found.add(unquoteLocal((match[1] ?? '').trim()).toLowerCase());
  }
  return found;
}
