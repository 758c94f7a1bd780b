/** NOTIFY words (RFC 3461) as the integer that the recipient and outcome tables hold. */
import type { Notify } from '../mail/dsn.ts';

const WORDS: readonly Notify[] = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'];

export function notifyToBits(words: readonly Notify[]): number {
  let bits = 0;
  for (const word of words) bits |= 1 << WORDS.indexOf(word);
  return bits;
}

export function bitsToNotify(bits: number): readonly Notify[] {
  return WORDS.filter((_, index) => (bits & (1 << index)) !== 0);
}
