import { quoteLocal } from '../mail/quote.ts';

/** An address as log lines and headers show it: external form; the null address stays empty. */
export function quoteAddress(address: string): string {
  return address === '' ? '' : quoteLocal(address);
}
