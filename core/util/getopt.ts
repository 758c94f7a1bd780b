/**
 * getopt(3) as Postfix's commands use it: short options only, an option's value in the same word or the next, and the
 * end at the first word that is no option. `node:util` parseArgs reads options behind the first address as options,
 * which sendmail(1) must not: there they are recipients.
 */
export type GetoptItem =
  | { readonly kind: 'option'; readonly letter: string; readonly value: string }
  /** What getopt prints, to go behind `PROGRAM: `. */
  | { readonly kind: 'bad'; readonly message: string };

export interface GetoptResult {
  readonly items: readonly GetoptItem[];
  readonly rest: readonly string[];
}

/** One word of options: `-is`, `-fsender`; tells whether the next word was taken as a value. */
function readWord(
  word: string,
  next: string | undefined,
  letters: string,
): { items: GetoptItem[]; tookNext: boolean } {
  const items: GetoptItem[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const place = letter === ':' ? -1 : letters.indexOf(letter);
    if (place < 0) {
      items.push({ kind: 'bad', message: `invalid option -- '${letter}'` });
    } else if (letters.charAt(place + 1) !== ':') {
      items.push({ kind: 'option', letter, value: '' });
    } else {
      const attached = word.slice(at + 1);
      const value = attached === '' ? next : attached;
      const missing = `option requires an argument -- '${letter}'`;
      items.push(value === undefined ? { kind: 'bad', message: missing } : { kind: 'option', letter, value });
      return { items, tookNext: attached === '' };
    }
  }
  return { items, tookNext: false };
}

/** `letters` as in getopt(3): `f:` takes a value. */
export function getopt(args: readonly string[], letters: string): GetoptResult {
  const items: GetoptItem[] = [];
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') return { items, rest: args.slice(index + 1) };
    if (!word.startsWith('-') || word === '-') break;
    const read = readWord(word, args[index + 1], letters);
    items.push(...read.items);
    if (read.tookNext) index += 1;
  }
  return { items, rest: args.slice(index) };
}
