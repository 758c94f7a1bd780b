/** The Delivered-To headers of a message: what breaks a loop between machines, lists and .forward files. */
import { quoteLocal } from '../mail/quote.ts';

const NONE: ReadonlySet<string> = new Set();

/** What all Delivered-To headers say, as it stands, quotes included, but folded to lower case (delivered_hdr_init). */
export function deliveredToAddresses(header: Uint8Array): ReadonlySet<string> {
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8');
  if (!/^delivered-to[ \t]*:/im.test(text)) return NONE;
  const found = new Set<string>();
  for (const match of text.matchAll(/^delivered-to[ \t]*:(.*)$/gim)) {
    found.add((match[1] ?? '').trim().toLowerCase());
  }
  return found;
}

/** Whether a message with these Delivered-To headers was delivered to `address` before: the header has its quotes. */
export function isDeliveredTo(before: ReadonlySet<string>, address: string): boolean {
  return before.size > 0 && before.has(quoteLocal(address).toLowerCase());
}
