/** Quoting is part of the words of mail; here it is found beside the parser. */
export { quoteLocal, unquoteLocal } from '../mail/quote.ts';
